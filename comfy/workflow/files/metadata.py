"""What any file says of how it was made: the one reader, for the gallery and for workflows. Pure.

Images, films and sounds are walked through by their headers; nothing of them is unpacked, except
where text may be hidden in an alpha channel.
"""

from io import BytesIO
from typing import BinaryIO

from comfy.errors import WorkflowError
from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Header
from comfy.workflow.files.containers.look import look
from comfy.workflow.files.containers.stealth import hidden_text
from comfy.workflow.files.documents import read_document
from comfy.workflow.files.found import Found, Remembered
from comfy.workflow.files.programs.a1111 import parse_parameters
from comfy.workflow.files.texts import read_texts
from comfy.workflow.json_text import parse_json

_HEAD = 200
_HIDES = ("PNG", "WEBP")
"""Formats that keep the lowest bit of each pixel."""


def read_any(source: bytes | BinaryIO, filename: str) -> Found:
    """Read a .json file of any of the three kinds, A1111's text, or what `remembered` reads.

    Raises WorkflowError with a sentence where nothing is in it.
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    what = f"“{_short(filename)}”"
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        raise WorkflowError(f"{what} is empty.")
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain.startswith((b"{", b"[")) or filename.lower().endswith(".json"):
        return read_document(parse_json(_all(file), what), what)
    if filename.lower().endswith(".txt"):
        return _from_text(_all(file), what)
    return read_metadata(file)


def read_metadata(file: BinaryIO) -> Found:
    """What an image, film or sound says. Raises WorkflowError where it is none, or says nothing."""
    seen = remembered(file)
    if seen is None:
        raise WorkflowError(
            "This is no file that can be read: drop an image, a video or a sound as it was saved, "
            "or a .json file."
        )
    if seen.found:
        return seen.found
    if seen.found.notes:
        raise WorkflowError(seen.found.notes[0])
    if not seen.header.is_whole:
        raise WorkflowError("The file is damaged or cut short: send it again.")
    raise WorkflowError(
        f"The file ({seen.header.format}) does not say how it was made: it has no workflow and no "
        "settings in it. Programs and sites that save it again remove them; use it as it was made."
    )


def remembered(file: BinaryIO, *, checks: bool = False) -> Remembered | None:
    """Look at *file*, which can be seeked; None where it is no image, film or sound known here.

    With *checks* all of a PNG is read, to tell whether it is damaged. Never raises but OSError.
    """
    header = look(file, checks=checks)
    if header is None:
        return None
    found = read_texts(header.texts)
    if not found and header.has_alpha and header.is_whole and header.format in _HIDES:
        found = _hidden(file, header) or found
    notes = (*header.notes, *found.notes)
    return Remembered(
        header, Found(found.graph, found.workflow, found.settings, found.preset, notes)
    )


def _hidden(file: BinaryIO, header: Header) -> Found:
    text = hidden_text(file, header.width, header.height)
    return read_texts([("parameters", text)]) if text else Found()


def _all(file: BinaryIO) -> bytes:
    """The whole file, as far as a text may be long; `parse_json` refuses what is longer."""
    file.seek(0)
    return file.read(MAX_TEXT_BYTES + 1)


def _from_text(data: bytes, what: str) -> Found:
    settings = parse_parameters(data.decode("utf-8-sig", "replace"))
    if not settings:
        raise WorkflowError(f"{what} is no text as A1111 writes it: it has no settings in it.")
    return Found(settings=settings)


def _short(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2] or "the file"
    return name if len(name) <= 80 else name[:80] + "…"
