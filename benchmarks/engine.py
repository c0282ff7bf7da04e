"""The demo engine as a metronome: steps at an exact pace, each with a preview made beforehand.

``python -m benchmarks.engine --rate 20 --log FILE`` prints where it listens. Real servers make
previews on a graphics card; painting them here would take the processor from what is measured.
Each preview carries the time at which it was sent in a JPEG comment, and FILE gets one line a
step: its prompt, number and the time (epoch seconds) at which the first frame with it was sent.
"""

import argparse
import asyncio
import contextlib
import io
import signal
import sys
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from benchmarks import rig
from comfy.demo.engine.engine import Engine
from comfy.demo.engine.faults import Faults
from comfy.demo.engine.sockets import Sockets
from comfy.demo.http.server import Listener
from comfy.demo.nodes.context import work_scale
from comfy.demo.paint.brief import Brief
from comfy.demo.paint.emergence import Emergence, encode_preview, noise_levels
from comfy.demo.paint.picture import paint
from comfy.demo.settings import EngineSettings

READY = "engine at "
SIDE = 256
"""Pixels of the pictures asked for: painting one takes the engine little time."""
PREVIEW_SIDE = 512
PREVIEWS = 24
COMMENT = b"\xff\xfe"


class Metronome(Sockets):
    """Sockets that note when each step goes out, and add a preview to it."""

    def __init__(
        self, faults: Faults, features: dict[str, Any], previews: list[bytes], log: io.TextIOBase
    ) -> None:
        super().__init__(faults, features)
        self._previews = previews
        self._log = log
        self._sent: tuple[str, int] = ("", 0)

    def send(self, event: str, data: dict[str, Any], client_id: str | None = None) -> None:
        """Send a text frame; before a step's ``progress`` comes its preview, as in ComfyUI."""
        if event == "progress_state":
            self._note(data)
        if event == "progress" and data["max"] > 1:
            self._show(data, client_id)
        super().send(event, data, client_id)

    def _note(self, data: Mapping[str, Any]) -> None:
        for node in data["nodes"].values():
            step = (str(data["prompt_id"]), int(node["value"]))
            if node["state"] == "running" and node["max"] > 1 and step != self._sent:
                self._sent = step
                self._log.write(f"{step[0]} {step[1]} {time.time():.6f}\n")

    def _show(self, data: Mapping[str, Any], client_id: str | None) -> None:
        if not self._previews:
            return
        step = int(data["value"])
        picture = stamped(self._previews[step % len(self._previews)], step)
        metadata = {"node_id": data["node"], "prompt_id": data["prompt_id"]}
        for full in (True, False):  # each client gets the one that it negotiated
            self.send_preview(picture, "image/jpeg", metadata, client_id, with_metadata=full)


def stamped(jpeg: bytes, step: int) -> bytes:
    """*jpeg* with "seconds step" in a comment of fixed length right at its beginning."""
    text = f"{time.time():.6f} {step:05d}".encode()
    return jpeg[:2] + COMMENT + (len(text) + 2).to_bytes(2, "big") + text + jpeg[2:]


def sent(log: Path, prompt_id: str) -> dict[int, float]:
    """When each step of a prompt was sent, from the log: epoch seconds by step."""
    lines = (line.split() for line in log.read_text().splitlines())
    return {int(step): float(at) for id_, step, at in lines if id_ == prompt_id}


def running(
    folder: Path, rate: float, *, previews: bool = True
) -> AbstractContextManager[rig.Running]:
    """An engine of *rate* steps a second in a process of its own; its log is `log_of(folder)`."""
    command = [sys.executable, "-m", "benchmarks.engine", "--rate", str(rate)]
    command += ["--output", str(folder / "engine"), "--log", str(log_of(folder))]
    return rig.serving([*command, *([] if previews else ["--no-previews"])], READY)


def log_of(folder: Path) -> Path:
    """Where the engine that runs in *folder* logs."""
    return folder / "sent.txt"


def _make_previews() -> list[bytes]:
    brief, levels = Brief("a lighthouse at dusk", steps=PREVIEWS), noise_levels("normal", PREVIEWS)
    emergence = Emergence(paint(brief, SIDE, SIDE), None, 1, levels, 1.0, None)
    size = (PREVIEW_SIDE, PREVIEW_SIDE)
    return [encode_preview(emergence.frame(step), size) for step in range(1, PREVIEWS + 1)]


async def _serve(settings: EngineSettings, folder: Path, log: Path, *, previews: bool) -> None:
    stop, engine = asyncio.Event(), Engine(settings, folder)
    made = _make_previews() if previews else []
    with log.open("w", buffering=1) as lines:
        engine.sockets = Metronome(engine.faults, engine.features, made, lines)
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
        listener = Listener(engine)
        await listener.start()
        rig.say(f"{READY}http://{settings.host}:{listener.port}")
        await stop.wait()
        await listener.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, required=True, help="steps a second")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--log", type=Path, required=True)
    parser.add_argument("--no-previews", action="store_true")
    options = parser.parse_args()
    settings = EngineSettings(
        folder=options.output,
        step_seconds=1.0 / options.rate / work_scale(SIDE, SIDE),
        throttle=False,
    )
    options.output.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(settings, options.output, options.log, previews=not options.no_previews))


if __name__ == "__main__":
    main()
