"""``python -m comfy.demo``: an engine for anyone to connect to."""

import argparse
import asyncio
import contextlib
import io
import logging
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from comfy.demo import ENGINE_NAME, TOKEN_VARIABLE
from comfy.demo.engine.engine import Engine
from comfy.demo.http.server import Listener
from comfy.demo.settings import EngineSettings

READY = f"{ENGINE_NAME}: "
"""What stands before the URL in the line that says it is ready."""


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted; returns the exit code."""
    options = _parse(arguments)
    logging.basicConfig(level=options.log_level.upper(), format="%(levelname)s %(message)s")
    with contextlib.ExitStack() as stack:
        folder = options.output
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comfy-demo-")))
        settings = EngineSettings(
            folder=folder,
            host=options.host,
            port=options.port,
            step_seconds=options.step_seconds,
            token=os.environ.pop(TOKEN_VARIABLE, ""),
            faults=options.faults,
            without=tuple(options.without),
        )
        try:
            asyncio.run(_serve(settings, folder, with_parent=options.exit_with_parent))
        except OSError as error:
            sys.stderr.write(f"Cannot listen on {options.host}:{options.port}: {error.strerror}.\n")
            return 2
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m comfy.demo",
        description=f"{ENGINE_NAME}. It speaks ComfyUI's protocol and paints. With "
        f"{TOKEN_VARIABLE} in the environment every request must carry that bearer token.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8188, help="port; 0 picks a free one")
    parser.add_argument(
        "--without",
        action="append",
        default=[],
        metavar="NAME",
        help="a node class or file that it does not have, as if it were another server; repeatable",
    )
    parser.add_argument(
        "--step-seconds",
        type=_seconds,
        default=0.15,
        help="duration of a 512 × 512 sampling step; everything else scales with it",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="folder for its input, output and temp files (default: a temporary one)",
    )
    parser.add_argument(
        "--faults", action="store_true", help="open /demo/faults and /demo/books, for tests"
    )
    parser.add_argument(
        "--exit-with-parent", action="store_true", help="exit when standard input ends"
    )
    levels = ["debug", "info", "warning", "error"]
    parser.add_argument("--log-level", default="warning", choices=levels)
    return parser.parse_args(arguments)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 60:
        raise argparse.ArgumentTypeError("must lie between 0 and 60")
    return value


async def _serve(settings: EngineSettings, folder: Path, *, with_parent: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows; Ctrl-C still ends asyncio.run
            break
    if with_parent:
        threading.Thread(target=_await_parent, args=(loop, stop), daemon=True).start()
    listener = Listener(Engine(settings, folder))
    await listener.start()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # the line must not depend on the locale
    sys.stdout.write(f"{READY}http://{settings.host}:{listener.port}\n")
    sys.stdout.flush()
    await stop.wait()
    await listener.stop()


def _await_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Read standard input to its end: the parent holds the other side, however it dies."""
    # Not through sys.stdin, whose lock a thread must not hold when the interpreter ends.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    with contextlib.suppress(RuntimeError):  # the loop may be closed already
        loop.call_soon_threadsafe(stop.set)


if __name__ == "__main__":
    sys.exit(main())
