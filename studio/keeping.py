"""Fetches and keeps the files of finished prompts, from one server.

A file that does not come is asked for again until the server says that it has none, or has failed
at it for long. `_lock` guards `_failing`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comfy.cadence import USUAL, Cadence
from comfy.errors import ComfyError, NotFound, TooLarge
from comfy.events import OutputFile
from comfy.progress import Progress
from comfy.server import Server
from storage.files import keep
from storage.records import Image


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a prompt's files; `missing` has a sentence for each that will not come."""

    images: tuple[Image, ...] = ()
    missing: tuple[str, ...] = ()


class Keeper:
    """Keeps files in the data *folder*; *is_closing* says that whatever fails now is our doing."""

    def __init__(
        self,
        server: Server,
        folder: Path,
        cadence: Cadence = USUAL,
        *,
        is_closing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._server = server
        self._folder = folder
        self._cadence = cadence
        self._is_closing = is_closing
        self._lock = threading.Lock()
        self._failing: dict[str, float] = {}

    def keep(self, progress: Progress) -> Kept:
        """Keep every file of a finished prompt.

        Raises ComfyError or StorageError where it is to be called again later.
        """
        id_ = progress.prompt_id
        images: list[Image] = []
        missing: list[str] = []
        for number, file in enumerate(progress.files):
            try:
                images.append(self._keep_file(id_, number, file))
            except ComfyError as error:
                if not self._is_hopeless(id_, error):
                    raise
                missing.append(str(error))
        return Kept(tuple(images), tuple(missing))

    def forget(self, id_: str) -> None:
        """Let go of what is remembered of a prompt."""
        with self._lock:
            self._failing.pop(id_, None)

    def _keep_file(self, id_: str, number: int, file: OutputFile) -> Image:
        return keep(
            self._folder,
            id_,
            number,
            self._server.api.view(file),
            filename=file.filename,
            kind=file.kind,
            node=file.node,
            temporary=file.type != "output",
        )

    def _is_hopeless(self, id_: str, error: ComfyError) -> bool:
        """Whether a file will not come any more: the server says so, or fails at it for long."""
        if isinstance(error, NotFound | TooLarge):
            return True
        if self._is_closing():
            return False
        with self._lock:
            since = self._failing.setdefault(id_, time.monotonic())
        if not self._server.answers:
            return False
        return time.monotonic() - since > self._cadence.fetch_patience
