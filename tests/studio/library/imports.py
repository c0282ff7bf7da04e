"""Folders to import in tests, and what became of one."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from storage.files.thumbnailer import Previews
from storage.store import Store
from studio.access.viewer import Viewer
from studio.library.import_job import Import, ImportState

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


def png(colour: str = "teal", **texts: str) -> bytes:
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    buffer = BytesIO()
    Pillow.new("RGB", (64, 48), colour).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def brought(
    store: Store,
    source: Path,
    owner: str = ANN.owner,
    is_stopping: Callable[[], bool] = lambda: False,
) -> ImportState:
    previews = Previews(store.folder)
    return Import(store, source, owner, previews, lambda _state: None).run(is_stopping)


def tally(state: ImportState) -> tuple[int, int, int, int, int]:
    return state.found, state.done, state.added, state.known, state.failed
