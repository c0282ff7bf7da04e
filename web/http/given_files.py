"""Files that a program gives for a field → kept uploads."""

import re
from pathlib import Path
from typing import Any

from comfy.workflow.form.form import Kind
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError
from studio.studio import Studio
from web.http.base64_files import unpacked

_MADE = re.compile(r"([0-9a-f-]{36})(?:/(\d{1,4}))?")
"""A generation's id, and the number of its file."""


class Given:
    """Takes in files for *studio*."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def keep(self, name: str, kind: Kind, value: Any, viewer: Viewer) -> str:
        """Keep what the field *name* of that *kind* is given; return its name. Raises StudioError.

        That is an uploaded file (Gradio's), base64 or a data URL, or a generation of the viewer's
        own: ``ID`` or ``ID/NUMBER``.
        """
        if isinstance(value, dict) and isinstance(value.get("path"), str):
            sent = self._studio.arrivals.path(value["path"], viewer.owner)
            if sent is None:
                raise StudioError("The file did not arrive: send it again.")
            return self._studio.uploads.keep(sent, kind.value)
        text = value.strip() if isinstance(value, str) else ""
        if made := _MADE.fullmatch(text):
            return self._studio.uploads.keep(self._made(made, viewer), kind.value)
        try:
            data = unpacked(text)
        except ValueError:
            data = b""
        if not data:
            raise StudioError(
                f"{name[:80]} is to be a file: base64, a data URL, or the id of a generation "
                "of yours. An address on the web is not fetched."
            )
        return self._studio.uploads.keep(data, kind.value)

    def _made(self, made: re.Match[str], viewer: Viewer) -> Path:
        record = self._studio.generations.seen(made[1], viewer)
        first = record.images[0].number if record.images else 0
        found = self._studio.library.files.find(record, int(made[2] or first), viewer)
        if found is None:
            raise Absent("file")
        return found[0]
