"""One look at a file: which format it is by its content, its size, its texts. Pure."""

from typing import BinaryIO

from comfy.workflow.files.containers.boxes import jxl_size, walk_boxes
from comfy.workflow.files.containers.ebml import walk_ebml
from comfy.workflow.files.containers.exif import walk_tiff
from comfy.workflow.files.containers.header import Cut, Gathered, Header, View
from comfy.workflow.files.containers.pictures import walk_bmp, walk_gif, walk_jpeg, walk_webp
from comfy.workflow.files.containers.png import SIGNATURE, walk_png
from comfy.workflow.files.containers.sounds import walk_flac, walk_mp3, walk_ogg

HEAD = 32
MAX_TIFF_BYTES = 64 * 2**20
"""A TIFF's tags may stand anywhere, so it is read whole up to here; beyond, they are not found."""
_STARTS = (
    (SIGNATURE, "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
    (b"\xff\x0a", "JXL"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "JXL"),
    (b"\x1aE\xdf\xa3", "WEBM"),
    (b"fLaC", "FLAC"),
    (b"OggS", "OGG"),
    (b"ID3", "MP3"),
)
_AVIF = frozenset({b"avif", b"avis"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


def look(file: BinaryIO, *, checks: bool = False) -> Header | None:
    """Look at *file*, which can be seeked; None where it is of no format known here.

    With *checks* the check sums of a PNG count for whether it is whole, which reads all of it.
    """
    view = View(file)
    head = view.read(0, min(HEAD, view.size))
    name = format_of(head)
    if not name:
        return None
    found = Gathered(name)
    try:
        _walk(name, view, head, found, checks=checks)
    except Cut:
        found.is_whole = False
    return found.header()


def format_of(head: bytes) -> str:
    """The format of a file that begins with *head*; "" for one that is not known here."""
    if head[4:8] == b"ftyp":
        brands = {head[place : place + 4] for place in range(8, len(head), 4) if place != 12}
        if brands & _AVIF:
            return "AVIF"
        return "HEIC" if brands & _HEIC else "MP4"
    if head[:4] == b"RIFF":
        return "WEBP" if head[8:12] == b"WEBP" else ""
    return next((name for start, name in _STARTS if head.startswith(start)), "")


def _walk(name: str, view: View, head: bytes, found: Gathered, *, checks: bool) -> None:
    match name:
        case "PNG":
            walk_png(view, found, checks=checks)
        case "JPEG":
            walk_jpeg(view, found)
        case "WEBP":
            walk_webp(view, found)
        case "GIF":
            walk_gif(view, found)
        case "BMP":
            walk_bmp(view, found)
        case "TIFF":
            walk_tiff(view.read(0, min(view.size, MAX_TIFF_BYTES)), found)
        case "JXL" if head.startswith(b"\xff\x0a"):
            found.size = jxl_size(head)
        case "WEBM":
            walk_ebml(view, found)
        case "FLAC":
            walk_flac(view, found)
        case "OGG":
            walk_ogg(view, found)
        case "MP3":
            walk_mp3(view, found)
        case _:
            walk_boxes(view, found)
