"""Build the wheel, install it, and use it from a folder that has nothing to do with the checkout.

Run by the Python of an environment that has all requirements. Ends non-zero where anything fails.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120.0
ADDRESS = re.compile(r"Stepglass is at (http://\S+)")


def main() -> int:
    """Build, install, start, make an image, end."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        shutil.rmtree(ROOT / "build", ignore_errors=True)  # what an earlier build left would go in
        pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT))
        pip("install", "--no-deps", "--force-reinstall", *map(str, folder.glob("*.whl")))
        pip("check")
        try:
            use(folder)
        finally:
            pip("uninstall", "--yes", "stepglass")
    print("the wheel works")
    return 0


def pip(*arguments: str) -> None:
    """Run pip; it says nothing unless it fails."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def use(folder: Path) -> None:
    """Start the command in *folder*, make one image with the demo engine, and ask it to end."""
    program = Path(sys.executable).with_name("stepglass")
    command = [program, "--port", "0", "--data-folder", "data", "--demo-step-seconds", "0.01"]
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("STEPGLASS_", "PYTHONPATH"))}
    process = subprocess.Popen(command, cwd=folder, env=clean, stderr=subprocess.PIPE, text=True)
    try:
        url = address_of(process)
        make_one(url)
    finally:
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE_SECONDS)
    if code != 0:
        raise SystemExit(f"stepglass ended with code {code}")


def address_of(process: "subprocess.Popen[str]") -> str:
    """Where the page is, as the program says once it serves."""
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if found := ADDRESS.search(line):
            return found[1].rstrip("/")
    raise SystemExit("stepglass did not start:\n" + "".join(said))


def make_one(url: str) -> None:
    """Make an image over the API, once the demo engine answers."""
    assert b"stepglass" in fetch(url).lower()
    until = time.monotonic() + PATIENCE_SECONDS
    asked = {"prompt": "a quiet sea", "steps": 2, "checkpoint": "demo-landscapes.safetensors"}
    made = answer(f"{url}/api/generate", asked)
    while True:
        state = answer(f"{url}/api/generations/{made['generationId']}")["status"]
        if state == "finished":
            break
        if state in ("failed", "lost", "cancelled") or time.monotonic() > until:
            raise SystemExit(f"the image was not made: it is {state}")
        time.sleep(0.2)
    image = fetch(f"{url}/api/images/{made['generationId']}/0")
    assert image.startswith(b"\x89PNG"), image[:20]


def answer(url: str, body: Any = None) -> Any:
    """The JSON that *url* answers."""
    return json.loads(fetch(url, None if body is None else json.dumps(body).encode()))


def fetch(url: str, data: bytes | None = None) -> bytes:
    """What *url* answers."""
    request = urllib.request.Request(url, data)  # our own program's address
    with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as response:
        return bytes(response.read())


if __name__ == "__main__":
    sys.exit(main())
