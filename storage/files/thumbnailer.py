"""Thumbnails that are not there yet: made in the background, or when first asked for.

Those of videos are, and their storyboards, which nobody needs before a video is looked at.
"""

import logging
import queue
import threading
from collections.abc import Iterable
from pathlib import Path

from storage.errors import StorageError, VideoRefused
from storage.files.atomic_write import locate, write_whole
from storage.files.thumbnails import make_thumbnail
from storage.files.videos import Still, Videos
from storage.records import Image

AT_ONCE = 2
"""Thumbnails that are made at the same time, each of up to 250 MB."""

_log = logging.getLogger(__name__)


class Previews:
    """Makes what `Image.preview` names in the data *folder*. Every method may be called anywhere.

    `_turns` bounds how many are made at once. `_refused` are videos that cannot be read, by the
    path of what was to be made, each with the sentence that says why.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wanted: queue.SimpleQueue[Image | None] = queue.SimpleQueue()
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._videos = Videos()
        self._refused: dict[str, str] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="thumbnails", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end; returns at once. What is left is made when it is asked for."""
        self._stopping.set()
        self._videos.close()
        self._wanted.put(None)

    def finish(self) -> None:
        """Make all that are still wanted, then end the thread."""
        self._wanted.put(None)
        self._thread.join()

    def close(self, seconds: float) -> None:
        """Stop, and wait at most *seconds* for the thread."""
        self.stop()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def add(self, images: Iterable[Image]) -> None:
        """Have the thumbnails of *images* made in the background."""
        for image in images:
            if image.preview:
                self._wanted.put(image)

    def ensure(self, image: Image) -> Path | None:
        """The thumbnail of *image*, made now where it is missing; None where there can be none."""
        if not image.preview:
            return None
        path = locate(self._folder, image.preview)
        if path.is_file():
            return path
        if not image.thumbnail:
            return self._of_video(image)
        with self._turns:
            return path if path.is_file() or self._make(image) else None

    def storyboard(self, image: Image) -> Path:
        """Frames of all of a video, side by side, made now where they are missing.

        Raises StorageError with a sentence where there can be none, or none now.
        """
        if not image.storyboard:
            raise VideoRefused("This file is no video: it has no frames to show.")
        return self._kept(image, image.storyboard, Still.STORYBOARD)

    def frame(self, image: Image, which: Still) -> bytes:
        """A whole frame of a video as a PNG. Raises StorageError with a sentence."""
        if not image.is_video:
            raise VideoRefused("This file is no video: it has no frames to take.")
        with self._videos.turn():
            return self._videos.still(locate(self._folder, image.path), which)

    def bare(self, image: Image, out: Path) -> None:
        """Write a copy of a video or sound without metadata to *out*. Raises StorageError."""
        with self._videos.turn():
            self._videos.bare(locate(self._folder, image.path), out)

    def _of_video(self, image: Image) -> Path | None:
        try:
            return self._kept(image, image.preview, Still.THUMBNAIL)
        except StorageError as error:
            _log.info("No thumbnail of %s: %s", image.path, error)
            return None

    def _kept(self, image: Image, name: str, what: Still) -> Path:
        """What is made of a video once and then lies at *name*. Raises StorageError."""
        path = locate(self._folder, name)
        if path.is_file():
            return path
        with self._videos.turn():
            if name in self._refused:
                raise VideoRefused(self._refused[name])
            if not path.is_file():
                try:
                    made = self._videos.still(locate(self._folder, image.path), what)
                except VideoRefused as error:
                    self._refused[name] = str(error)
                    raise
                write_whole(self._folder, name, made)
        return path

    def _make(self, image: Image) -> bool:
        source = locate(self._folder, image.path)
        try:
            look = make_thumbnail(source)
            if look.webp:
                write_whole(self._folder, image.thumbnail, look.webp)
        except (OSError, StorageError) as error:
            _log.warning("No thumbnail of %s: %s", image.path, error)
            return False
        return bool(look.webp)

    def _run(self) -> None:
        while (image := self._wanted.get()) is not None and not self._stopping.is_set():
            try:
                self.ensure(image)
            except Exception:  # noqa: BLE001 - of one record alone, the others want theirs
                _log.exception("No thumbnail of %s", image.path)
