"""Images out of videos and sounds, each made by a process of its own, one at a time.

See `video_child.py`: what a file does to its decoder concerns nobody else.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from storage.errors import StoreClosed, VideoBusy, VideoRefused
from storage.files.thumbnails import SIDE

SECONDS = 20.0
"""From the start of the process until it is killed."""
PATIENCE = 60.0
"""Seconds that one waits for its turn."""
MEMORY = 3 * 2**30
"""Bytes that the process may map, where the system can tell it."""
MAX_PIXELS = 40_000_000
"""Of a frame: 8K has 33 million."""
MAX_FRAMES = 3000
"""Frames that are decoded for one image."""
MAX_BYTES = 200 * 2**20
"""Of an answer: a whole frame as PNG."""
SPARE = 2**24
"""Bytes that a copy may be longer than its file."""
FRAMES = 10
"""Frames of a storyboard, side by side, as in ui/fullview/storyboard.js."""
SMALL = 240
"""Pixels of their longer side."""
UNREADABLE = "This video cannot be read: it is damaged, or of a kind that is not known here."
SLOW = "This video took too long to read, so it was left."
BUSY = "Other videos are being read: try again in a moment."
CLOSED = "Stepglass is shutting down: no video can be read any more."
_SCRIPT = Path(__file__).with_name("video_child.py")


class Still(StrEnum):
    """What can be made: a small telling frame, many small ones, or one as large as it is.

    A sound has its loudness drawn.
    """

    THUMBNAIL = "thumbnail"
    STORYBOARD = "storyboard"
    FIRST = "first"
    LAST = "last"


class Videos:
    """Runs the processes. `_turn` is whose `turn` it is; `_lock` guards `_running` and `_closed`.

    *seconds* are those of one process.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()
        self._lock = threading.Lock()
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until nobody else has an image made. Raises VideoBusy where that takes long."""
        if not self._turn.acquire(timeout=PATIENCE):
            raise VideoBusy(BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Kill what runs, and refuse all else."""
        with self._lock:
            self._closed = True
            if self._running:
                self._running.kill()

    def bare(self, file: Path, out: Path) -> None:
        """Write a copy of the kept *file* without metadata to *out*; only within `turn`.

        Raises as `still`.
        """
        self._asked(file, "bare", out)

    def still(self, file: Path, what: Still) -> bytes:
        """An image of the kept *file*, WebP, or PNG where it is a whole frame; only within `turn`.

        Raises VideoRefused where there can be none, VideoBusy and StoreClosed.
        """
        return self._asked(file, what)

    def _asked(self, file: Path, what: str, out: Path | None = None) -> bytes:
        asked = {
            "file": str(file),
            "out": str(out or ""),
            "room": file.stat().st_size + SPARE if out else 0,
            "ending": file.suffix[1:],
            "what": str(what),
            "side": SMALL if what is Still.STORYBOARD else SIDE,
            "count": FRAMES,
            "pixels": MAX_PIXELS,
            "frames": MAX_FRAMES,
            "seconds": self._seconds,
            "memory": MEMORY,
        }
        process = self._start(file.parent)
        try:
            data, _ = process.communicate(json.dumps(asked).encode(), self._seconds)
        except subprocess.TimeoutExpired as error:
            raise VideoRefused(SLOW) from error
        finally:
            process.kill()
            process.communicate()
            with self._lock:
                self._running = None
                closed = self._closed
        if closed:
            raise StoreClosed(CLOSED)
        return _image_of(data)

    def _start(self, folder: Path) -> subprocess.Popen[bytes]:
        """The process, without our environment: it may hold passwords."""
        with self._lock:
            if self._closed:
                raise StoreClosed(CLOSED)
            try:
                self._running = subprocess.Popen(  # noqa: S603 - our own script, no shell
                    [sys.executable, "-I", str(_SCRIPT)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    cwd=folder,
                    env={},
                )
            except OSError as error:
                raise VideoBusy(f"No video can be read now: {error.strerror}.") from error
            return self._running


def _image_of(data: bytes) -> bytes:
    head, _, image = data.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError as error:  # it crashed
        raise VideoRefused(UNREADABLE) from error
    if "error" in said or not image or len(image) > MAX_BYTES:
        raise VideoRefused(UNREADABLE)
    return image
