"""Fetches and keeps the files of finished prompts, from one server.

What lies under a file's name on a server is ours as long as that run of the server goes on: one
that restarted with an empty folder counts from 1 again. So the history is asked first wherever
the server may have been away since it was read, and what it does not know is not fetched, unless
its name has the id of the prompt, as all have that our own forms make. What is kept is not fetched
again, not even after a restart of Stepglass. `_lock` guards `_fetches`.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from comfy import clock
from comfy.client.server import Server
from comfy.client.timeouts import USUAL, Cadence
from comfy.errors import BadAnswer, ComfyError, NotFound, TooLarge, Unreachable
from comfy.progress.advance import Progress
from comfy.protocol.events import Finished, OutputFile
from comfy.protocol.frames import parse_history
from comfy.workflow.file_names import named_files
from storage.errors import StorageError
from storage.files import kept_files
from storage.files.arriving import Arriving
from storage.files.sniff import has_thumbnail
from storage.records import Generation, Image
from studio.dispatch.fetch import Fetch, Kept, ending_of, read_ending, unsent
from studio.dispatch.played import measured

log = logging.getLogger(__name__)

MAX_FOUND = 64
"""Files looked for of one generation that its server has forgotten."""
FOUND = "{} has forgotten this, but its files were still there."


class Keeper:
    """Keeps files in the data *folder*; *is_closing* says that whatever fails now is our doing.

    `keep` and `recall` are called by one thread at a time for one prompt.
    """

    def __init__(
        self,
        server: Server,
        folder: Path,
        cadence: Cadence = USUAL,
        *,
        is_closing: Callable[[], bool] = lambda: False,
    ) -> None:
        self._server = server
        self._name = server.address.label
        self._folder = folder
        self._arriving = Arriving(folder)
        self._cadence = cadence
        self._is_closing = is_closing
        self._lock = threading.Lock()
        self._fetches: dict[str, Fetch] = {}

    def ending(self, id_: str) -> None:
        """Note that the server, as it is there now, has told the end of a prompt; quick."""
        fetch = self._fetch(id_)
        if not fetch.is_told:
            fetch.is_told = True
            fetch.confirm(self._server.presence)

    def sent(self, id_: str, node: str, image: bytes) -> None:
        """Take an image that a running prompt sent; it comes only once."""
        try:
            self._arriving.put(id_, node, image)
        except StorageError as error:
            log.warning("an image of generation %s is lost: %s", id_, error)
            self._fetch(id_).lost[node] += 1

    def keep(self, progress: Progress) -> Kept:
        """Keep every file of a finished prompt that is not kept yet.

        Raises ComfyError or StorageError where it is to be called again later.
        """
        id_ = progress.prompt_id
        fetch = self._fetch(id_)
        if fetch.files is None:
            self._arriving.note(id_, ending_of(progress))
            fetch.files = progress.files
        self._keep_files(id_, fetch, self._keep_arrived(id_, fetch))
        missing = (*unsent(progress, self._arriving.images(id_), fetch.lost),)
        warnings = (*progress.warnings, *missing, *fetch.sentences(self._name))
        return Kept(fetch.images(), warnings, progress.texts)

    def recall(self, id_: str) -> Kept | None:
        """What is kept of a prompt that finished, and that its server has forgotten since.

        None where nothing is. Raises ComfyError or StorageError where it is to be called again.
        """
        noted = self._arriving.noted(id_)
        ending = read_ending(noted) if noted else None
        if ending is None:
            return None
        fetch = self._fetch(id_)
        fetch.files, rest = ending
        self._keep_files(id_, fetch, self._keep_arrived(id_, fetch))
        warnings = (*rest.warnings, *fetch.sentences(self._name))
        return replace(rest, images=fetch.images(), warnings=warnings) if fetch.kept else None

    def find(self, record: Generation) -> Kept | None:
        """What a generation whose server has forgotten it left there under its own name.

        None where that is not all that it was to make. Raises ComfyError, StorageError.
        """
        fetch = self._fetch(record.id)
        for number in range(MAX_FOUND):
            match named_files(record.graph, record.id, number + 1):
                case [file]:
                    pass
                case _:
                    return None
            try:
                image = self._keep_file(record.id, fetch, number, file)
            except NotFound:
                break
            if _is_damaged(image):
                return None  # the server ended while it wrote this
            fetch.kept[number] = file, image
        is_whole = len(fetch.kept) >= max(1, record.batch)
        return Kept(fetch.images(), (FOUND.format(self._name),)) if is_whole else None

    def forget(self, id_: str) -> None:
        """Let go of what is remembered of a prompt."""
        with self._lock:
            self._fetches.pop(id_, None)
        self._arriving.remove(id_)

    def _fetch(self, id_: str) -> Fetch:
        with self._lock:
            return self._fetches.setdefault(id_, Fetch())

    def _keep_arrived(self, id_: str, fetch: Fetch) -> int:
        """Keep what was sent; return how many that is."""
        arrived = self._arriving.images(id_)
        for number, sent in enumerate(arrived):
            if number not in fetch.kept:
                chunks, name = kept_files.chunks_of(sent.path), f"sent_{number + 1:05}_.png"
                image = kept_files.keep(self._folder, id_, number, chunks, name, node=sent.node)
                fetch.kept[number] = None, image
        return len(arrived)

    def _keep_files(self, id_: str, fetch: Fetch, first: int) -> None:
        """Try each file once that is not settled; raise what the last that failed did."""
        failure: ComfyError | None = None
        is_unsure = False
        for number, file in enumerate(fetch.files or (), first):
            if self._is_settled(id_, fetch, number, file):
                continue
            match self._files_now(id_, fetch):
                case None if id_ not in file.filename:  # nobody else writes under such a name
                    is_unsure = True
                    continue
                case None:
                    pass
                case present if present != fetch.files:
                    fetch.renew(present, first)
                    self._keep_files(id_, fetch, first)
                    return
            try:
                fetch.kept[number] = file, self._keep_file(id_, fetch, number, file)
            except ComfyError as error:
                fetch.doubt()
                if not self._is_hopeless(id_, fetch, number, error):
                    failure = error
        if failure:
            raise failure
        if is_unsure:
            self._let_go(id_, fetch, first)

    def _is_settled(self, id_: str, fetch: Fetch, number: int, file: OutputFile) -> bool:
        """Whether a file is kept, perhaps by an earlier run of Stepglass, or given up."""
        if number in fetch.missing or number in fetch.kept:
            return True
        if number in fetch.looked:
            return False
        fetch.looked.add(number)
        return self._is_here(id_, fetch, number, file)

    def _is_here(self, id_: str, fetch: Fetch, number: int, file: OutputFile) -> bool:
        image = kept_files.kept(self._folder, id_, number, **_remembered(file))
        if image:
            fetch.kept[number] = file, measured(self._folder, image)
        return image is not None

    def _let_go(self, id_: str, fetch: Fetch, first: int) -> None:
        """Take what is on our disk of files that cannot be asked for any more; note the others."""
        fetch.forgotten = [
            file.filename
            for number, file in enumerate(fetch.files or (), first)
            if number not in fetch.missing
            and number not in fetch.kept
            and not self._is_here(id_, fetch, number, file)
        ]

    def _files_now(self, id_: str, fetch: Fetch) -> tuple[OutputFile, ...] | None:
        """The prompt's files, as the server has them that is there now; None where it has none.

        Raises ComfyError.
        """
        presence = self._server.presence
        if fetch.is_confirmed(presence):
            return fetch.files
        try:
            entry = self._server.api.history(id_)
            events = parse_history(id_, entry, clock.now()) if entry is not None else ()
        except Unreachable:
            fetch.start_anew()
            raise
        except ComfyError as error:
            if not self._is_tired(fetch):
                raise
            fetch.why = str(error)  # it answers all else, and will not say that they are still ours
            return None
        if entry is None:
            return None
        fetch.confirm(presence)
        return next((e.files for e in events if isinstance(e, Finished)), fetch.files)

    def _keep_file(self, id_: str, fetch: Fetch, number: int, file: OutputFile) -> Image:
        with self._server.api.view(file) as chunks:
            image = kept_files.keep(self._folder, id_, number, chunks, **_remembered(file))
        if _is_damaged(image) and fetch.cut.get(number) != image.sha256:
            # Nothing tells whether it was cut on its way; one that comes so twice is so there.
            fetch.cut[number] = image.sha256
            raise BadAnswer(f"{self._name} sent {image.filename} damaged: it is fetched again.")
        return measured(self._folder, image)

    def _is_hopeless(self, id_: str, fetch: Fetch, number: int, error: ComfyError) -> bool:
        """Whether a file will not come any more; `fetch` then has it as missing."""
        if self._is_closing():
            return False
        if isinstance(error, NotFound):
            fetch.denied[number] += 1
            # Whatever stands before a server answers 404 as well, while that is away.
            is_so = fetch.denied[number] > 1
            if is_so:
                self._files_now(id_, fetch)  # raises where it is not ComfyUI that answers
        else:
            is_so = isinstance(error, TooLarge) or self._is_tired(fetch)
        if is_so:
            fetch.missing[number] = str(error)
        return is_so

    def _is_tired(self, fetch: Fetch) -> bool:
        """Whether a server that answers all else has failed at this for long."""
        if not self._server.answers:
            fetch.start_anew()
            return False
        most = self._cadence.max_retry + self._cadence.fetch
        return fetch.fail(time.monotonic(), most) > self._cadence.fetch_patience


def _is_damaged(image: Image) -> bool:
    return has_thumbnail(image.media) and not image.thumbnail


def _remembered(file: OutputFile) -> dict[str, Any]:
    """What a record says of *file* beside its content."""
    return {
        "filename": file.filename,
        "kind": file.kind,
        "node": file.node,
        "temporary": file.type != "output",
    }
