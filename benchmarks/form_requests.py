"""What one request of a workflow's form takes: how often each thing is computed, and how long.

The workflow is an official template of 52 nodes, the catalogue a recorded server's of 892 node
classes, completed with the models and files that the template names, so that it can be run.
Requests come in by the functions that the page's script calls; nothing is ever sent to a server.
"""

import argparse
import json
import lzma
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import rig
from comfy.client.http.address import parse_address
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.form.form import make_form
from storage.store import Store
from studio.access.viewer import Viewer
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.support.paths import RECORDINGS
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask
from ui.workflows.actions import FormActions

DATA = RECORDINGS / "workflows"
TEMPLATE = "video_wan_animate2_distilled"
REPEATS = 40
WARM = 3
"""Requests of each kind before any is measured."""
VIEWER = Viewer("user:ann")
COUNTED = (
    ("make_form", "comfy.workflow.form.form"),
    ("make_plan", "comfy.graph.plan"),
    ("chosen", "comfy.workflow.form.dynamic_combo"),
    ("wiring", "comfy.workflow.form.link_check"),
    ("check_values", "comfy.workflow.form.validate"),
    ("read_files", "studio.wildcards.files"),
)
"""Functions whose calls are counted, and where they are."""
OWN = ("benchmarks.", "comfy.", "studio.", "ui.", "web.")

Act = Callable[[], Answer]


class Page:
    """A person with the template open, as their page's script asks."""

    def __init__(self, studio: Studio, workflow: Mapping[str, Any], folder: Path) -> None:
        self._functions = FormActions(Parts(studio, lambda _: VIEWER)).functions
        self._path = folder / f"{TEMPLATE}.json"
        self._path.write_text(json.dumps(workflow), encoding="utf-8")
        studio.arrivals.add(VIEWER.owner, [str(self._path)])
        answer = self.open()
        self._bench = answer["bench"]
        fields = {one["key"]: one for one in answer["fields"]}
        self._prompt = next(key for key, one in fields.items() if one["kind"] == "prompt")
        self._steps = next(key for key in fields if key.endswith(".steps"))
        self._typed = 0

    def open(self) -> Answer:
        """Open the file."""
        return self._ask("wf_open", path=str(self._path), name=self._path.name)

    def change(self) -> Answer:
        """One settled keystroke in the prompt."""
        return self._ask("wf_change", bench=self._bench, edits=self._edits())

    def refused(self) -> Answer:
        """Press Generate with a number of steps that is none."""
        edits = self._edits() | {self._steps: "many"}
        answer = self._ask("wf_run", bench=self._bench, edits=edits)
        assert answer["problems"], answer
        return answer

    def accepted(self) -> Answer:
        """Press Generate."""
        answer = self._ask("wf_run", bench=self._bench, edits=self._edits())
        assert answer["job"], answer
        return answer

    def _edits(self) -> dict[str, Any]:
        self._typed += 1
        return {self._prompt: f"a dancing fox, take {self._typed}"}

    def _ask(self, function: str, **data: Any) -> Answer:
        return self._functions[function](Ask({"n": 0, **data}, VIEWER))


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of each request")
    repeats = parser.parse_args().repeats
    workflow = _read("templates")[TEMPLATE]
    info = completed(_read("object_info"), workflow)
    catalogue = parse_catalogue(info)
    graph = convert(workflow, catalogue).graph
    with tempfile.TemporaryDirectory() as place, serving(info) as url:
        studio = opened(Path(place), url)
        try:
            page = Page(studio, workflow, Path(place))
            acts: dict[str, Act] = {
                "open": page.open,
                "change one field": page.change,
                "a run refused": page.refused,
                "a run accepted": page.accepted,
            }
            counts = {name: counted(act) for name, act in acts.items()}
            acts["bare: one form drawn"] = lambda: {"form": make_form(graph, catalogue)}
            times = measured(acts, repeats)
        finally:
            studio.close()
    names = [name for name, _ in COUNTED]
    rig.print_table(
        f"Calls of one request ({TEMPLATE})",
        ["request", *names],
        [[act, *(calls[name] for name in names)] for act, calls in counts.items()],
    )
    bare = rig.median(times["bare: one form drawn"])
    rig.print_table(
        f"Milliseconds of one request, {repeats} each in turns ({rig.conditions()})",
        ["request", "median", "p95", "÷ bare"],
        [
            [act, *(f"{1000 * at(ms):.1f}" for at in (rig.median, rig.p95)),
             f"{rig.median(ms) / bare:.1f}"]
            for act, ms in times.items()
        ],
    )  # fmt: skip


def opened(folder: Path, url: str) -> Studio:
    """A studio that knows what the server at *url* has."""
    settings = Settings(_env_file=None, data_folder=folder)  # type: ignore[call-arg] # pydantic-settings' own
    studio = Studio(settings, (parse_address(url, name="recorded"),), Store(folder))
    studio.start()
    studio.queue.pause(VIEWER)
    until = time.monotonic() + 30
    while not studio.workflows.is_ready:
        if time.monotonic() > until:
            raise SystemExit("the catalogue was not read")
        time.sleep(0.05)
    return studio


def counted(act: Act) -> Counter[str]:
    """How often *act* calls each of COUNTED, wherever that is known by its name."""
    calls: Counter[str] = Counter()
    originals: list[tuple[str, Callable[..., Any]]] = [
        (name, getattr(import_module(place), name)) for name, place in COUNTED
    ]
    holders = [
        (module, name, original)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(OWN)
        for name, original in originals
        if vars(module).get(name) is original
    ]
    for module, name, original in holders:
        setattr(module, name, _counting(name, original, calls))
    try:
        act()
    finally:
        for module, name, original in holders:
            setattr(module, name, original)
    return calls


def _counting(name: str, original: Callable[..., Any], calls: Counter[str]) -> Callable[..., Any]:
    @wraps(original)
    def call(*args: Any, **fields: Any) -> Any:
        calls[name] += 1
        return original(*args, **fields)

    return call


def measured(acts: Mapping[str, Act], repeats: int) -> dict[str, list[float]]:
    """Seconds that each of *acts* took, all of them in turns."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for turn in range(WARM + repeats):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            if turn >= WARM:
                times[name].append(time.perf_counter() - begun)
    return times


def completed(info: dict[str, Any], workflow: Mapping[str, Any]) -> dict[str, Any]:
    """*info* with every choice in it that *workflow* makes, so that nothing is missing."""
    catalogue = parse_catalogue(info)
    graph = convert(workflow, catalogue).graph
    for one in make_form(graph, catalogue).fields:
        node_class = graph[one.node]["class_type"]
        for group in info[node_class]["input"].values():
            spec = group.get(one.input)
            choices = _choices(spec) if spec else None
            if choices is not None and one.value not in choices:
                choices.append(one.value)
    return info


def _choices(spec: list[Any]) -> list[Any] | None:
    if isinstance(spec[0], list):
        return spec[0]
    options = spec[1].get("options") if len(spec) > 1 else None
    return options if isinstance(options, list) else None


def _read(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(lzma.decompress((DATA / f"{name}.json.xz").read_bytes()))
    return data


@contextmanager
def serving(info: Mapping[str, Any]) -> Iterator[str]:
    """The address of a server that has these node classes and does nothing else."""
    answers = {
        "/object_info": json.dumps(info).encode(),
        "/system_stats": b'{"system": {"comfyui_version": "0.33.0"}, "devices": []}',
        "/queue": b'{"queue_running": [], "queue_pending": []}',
    }

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.path.removeprefix("/api"), b"{}")
            self.send_response(200 if len(found) > 2 else 404)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
