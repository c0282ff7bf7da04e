"""Start → first 200 of the page: app.py beside a Gradio page of two lines, in turns.

All are new processes each time, on warm disk caches. The app is given a server, as in daily use;
"with demo" starts its own engine too. It always serves ``/mcp``; to see what that costs, it is also
started from within a script of five lines, as it is and with that route taken out. Compiled modules
are kept, as pip and any first start keep them; "first start" is the app without its own.
"""

import argparse
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks import rig

TWO_LINES = """import gradio as gr
gr.Interface(lambda name: name, "text", "text").launch(server_port={port}, quiet=True)
"""
SCRIPT = """import runpy, sys
sys.argv = {arguments}
sys.path.insert(0, sys.argv[0].removesuffix("app.py"))
from web.functions.mcp import Mcp
{change}
runpy.run_path(sys.argv[0], run_name="__main__")
"""
NO_SERVER = "http://127.0.0.1:9"
"""Nothing listens there: the page must come all the same."""
POLL_SECONDS = 0.01


def environment(compiled: Path) -> dict[str, str]:
    """The environment in which Python keeps compiled modules in *compiled*, not in the checkout."""
    kept = {k: v for k, v in rig.environment().items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled)}


def start(command: list[str], folder: Path, port: int, compiled: Path) -> tuple[float, float]:
    """Seconds from start to the first 200, and seconds of processor that it took till then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(compiled),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return _until_served(process, port) - began, rig.used(process.pid)
    finally:
        process.terminate()
        process.wait(rig.STOP_SECONDS)


def _until_served(process: "subprocess.Popen[bytes]", port: int) -> float:
    with httpx.Client(timeout=rig.START_SECONDS, trust_env=False) as http:
        while process.poll() is None:
            try:
                if http.get(f"http://127.0.0.1:{port}/").status_code == 200:
                    return time.perf_counter()
            except httpx.TransportError:
                time.sleep(POLL_SECONDS)
    raise RuntimeError("the program ended before it served")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def once(name: str, compiled: Path) -> tuple[float, float]:
    """Start one of them in a new folder."""
    port = free_port()
    if name == FIRST:
        shutil.rmtree(compiled.joinpath(*rig.ROOT.parts[1:]))
    with rig.folder() as folder:
        command = [sys.executable, str(rig.ROOT / "app.py"), "--port", str(port)]
        if name == TWO:
            page = folder / "page.py"
            page.write_text(TWO_LINES.format(port=port))
            command = [sys.executable, str(page)]
        elif name != DEMO:
            command += ["--server", NO_SERVER]
        if name in (ON, OFF):
            change = "Mcp.routes = lambda self: []" if name == OFF else ""
            script = SCRIPT.format(arguments=command[1:], change=change)
            command = [sys.executable, "-c", script]
        return start(command, folder, port, compiled)


TWO, APP, DEMO = "two-line Gradio page", "app", "app with demo"
FIRST = "app, first start"
ON, OFF = "app in a script, with MCP", "app in a script, without MCP"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7, help="starts of each")
    options = parser.parse_args()
    found: dict[str, list[tuple[float, float]]] = {
        name: [] for name in (TWO, APP, DEMO, ON, OFF, FIRST)
    }
    with tempfile.TemporaryDirectory() as scratch:
        compiled = Path(scratch)
        for name in found:
            once(name, compiled)  # fill the disk caches
        for _ in range(options.runs):
            for name, seconds in found.items():
                seconds.append(once(name, compiled))
    base = rig.median([wall for wall, _ in found[TWO]])
    rows: list[list[object]] = []
    for name, seconds in found.items():
        walls, used = ([one[n] for one in seconds] for n in (0, 1))
        rows.append(
            [name, rig.median(walls), rig.p95(walls), rig.median(walls) / base, rig.median(used)]
        )
    head = ["start → first 200, s", "median", "p95", "ratio", "processor"]
    rig.print_table(f"Startup ({rig.conditions()})", head, rows)
    middle = {name: rig.median([wall for wall, _ in seconds]) for name, seconds in found.items()}
    print(f"With MCP ÷ without: {middle[ON] / middle[OFF]:.2f}")


if __name__ == "__main__":
    main()
