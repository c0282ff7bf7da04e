"""``python app.py import FOLDER``: an import on the terminal, with its progress."""

import sys
from pathlib import Path

from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.viewer import ACCOUNT, BROWSER, ONE
from studio.errors import StudioError
from studio.library.import_job import Import, ImportState
from studio.settings.settings import Settings

SAID = 500
"""Files between two lines of progress, where no terminal shows it in place."""
_KINDS = (ACCOUNT, BROWSER, ONE)


def bring(folder: Path, owner: str, settings: Settings) -> str:
    """Import *folder* for *owner*; return what to say in the end.

    Raises StudioError where it cannot be, or was ended early, and StorageError.
    """
    source = folder.resolve()
    if not source.is_dir():
        raise StudioError(f"There is no folder {folder}: look at its name.")
    if source.is_relative_to(settings.data_folder.resolve()):
        raise StudioError(f"{folder} lies in the data folder: name another folder.")
    store = Store(settings.data_folder)
    previews = Previews(store.folder)
    try:
        whose = _owner(owner, settings, store)
        previews.start()
        show = _Progress()
        last = Import(store, source, whose, previews, show, names_all=True).run(lambda: False)
        show.end()
        previews.finish()
    finally:
        previews.close(1.0)
        store.close()
    for one in (*last.failures, *last.skips):
        print(f"  {one}", file=sys.stderr)
    if last.error:
        raise StudioError(f"The import ended early ({last.error}): start it again to go on.")
    where = "your gallery" if whose == ONE else f"the gallery of {whose}"
    return said(last) + f" They are in {where}."


def said(state: ImportState) -> str:
    """*state* in one sentence."""
    return (
        f"{state.done:,} of {state.found:,} files: {state.added:,} added, "
        f"{state.known:,} here already, {state.skipped:,} skipped, {state.failed:,} failed."
    )


class _Progress:
    """Shows states in one line of a terminal, else a line now and then."""

    def __init__(self) -> None:
        self._in_place = sys.stderr.isatty()
        self._last = 0

    def __call__(self, state: ImportState) -> None:
        if self._in_place:
            print(f"\r{said(state)}", end="", file=sys.stderr, flush=True)
        elif state.done - self._last >= SAID:
            self._last = state.done
            print(said(state), file=sys.stderr, flush=True)

    def end(self) -> None:
        """Go to the next line."""
        if self._in_place:
            print(file=sys.stderr)


def _owner(name: str, settings: Settings, store: Store) -> str:
    """Whose the files are to be. Raises StudioError where that is not clear."""
    if name:
        return name if name.startswith(_KINDS) else f"{ACCOUNT}{name}"
    if settings.is_one_person:
        return ONE
    known = [owner for owner, _ in store.library.facets(None).owners]
    candidates = [f"{ACCOUNT}{account}" for account in settings.accounts] or known
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        raise StudioError(
            "Nobody has a gallery yet: make an image first, or import from the page, "
            "or say whose it is with --owner."
        )
    raise StudioError(f"Say whose gallery it is with --owner: {', '.join(candidates[:20])}.")
