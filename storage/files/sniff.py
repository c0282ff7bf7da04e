"""What kind of file some bytes are, by their content; names and servers' claims do not count."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Media:
    """A media type and the extension such a file is kept under."""

    type: str
    extension: str


UNKNOWN = Media("application/octet-stream", "bin")
TEXT = Media("text/plain", "txt")
"""Whatever is readable, SVG, HTML and JSON too: shown as text, nothing in it runs."""

_PNG = Media("image/png", "png")
_JPEG = Media("image/jpeg", "jpg")
_WEBP = Media("image/webp", "webp")
_GIF = Media("image/gif", "gif")
_AVIF = Media("image/avif", "avif")
_HEIC = Media("image/heic", "heic")
_JXL = Media("image/jxl", "jxl")
_BMP = Media("image/bmp", "bmp")
_TIFF = Media("image/tiff", "tif")
_MP4 = Media("video/mp4", "mp4")
_MOV = Media("video/quicktime", "mov")
_WEBM = Media("video/webm", "webm")
_MKV = Media("video/x-matroska", "mkv")
_MP3 = Media("audio/mpeg", "mp3")
_FLAC = Media("audio/flac", "flac")
_OGG = Media("audio/ogg", "ogg")
_WAV = Media("audio/wav", "wav")
_M4A = Media("audio/mp4", "m4a")
_GLB = Media("model/gltf-binary", "glb")

EXTENSIONS = tuple(
    media.extension
    for media in (
        *(_PNG, _JPEG, _WEBP, _GIF, _AVIF, _HEIC, _JXL, _BMP, _TIFF, _MP4, _MOV, _WEBM, _MKV),
        *(_MP3, _FLAC, _OGG, _WAV, _M4A, _GLB, TEXT, UNKNOWN),
    )
)
"""Every extension that a kept file may have."""

_STARTS = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPEG),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"II*\0", _TIFF),
    (b"MM\0*", _TIFF),
    (b"ID3", _MP3),
    (b"fLaC", _FLAC),
    (b"OggS", _OGG),
    (b"glTF", _GLB),
    (b"\xff\x0a", _JXL),
    (b"\0\0\0\x0cJXL \r\n\x87\n", _JXL),
)
_RIFF = {b"WEBP": _WEBP, b"WAVE": _WAV}
_BRANDS = {b"avif": _AVIF, b"avis": _AVIF, b"qt  ": _MOV, b"M4A ": _M4A} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"), _HEIC
)
_ANY_IMAGE = (b"mif1", b"msf1")
"""Brands of AVIF and HEIC alike: the others that the file names tell which."""
_MPEG_AUDIO = re.compile(rb"\xff[\xe2-\xe7\xf2-\xf7\xfa\xfb]")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_LOOKED_AT = 4096
"""Bytes that are read to tell text from anything else."""
HEAD_BYTES = _LOOKED_AT + 4
"""Bytes of a file's beginning that tell what it is; more change nothing."""


def sniff(data: bytes) -> Media:
    """The media of a file that begins with *data*; UNKNOWN rather than a guess."""
    for start, media in _STARTS:
        if data.startswith(start):
            return media
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], UNKNOWN)
    if data[4:8] == b"ftyp":
        return _of_brands(data)
    if data[:4] == b"\x1aE\xdf\xa3":
        return _WEBM if b"webm" in data[:64] else _MKV
    if data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        return _BMP
    if _MPEG_AUDIO.match(data):
        return _MP3
    return TEXT if _is_text(data) else UNKNOWN


def has_thumbnail(media_type: str) -> bool:
    """Whether files of that type are images of which thumbnails can be made."""
    return media_type.startswith("image/") and media_type not in (_HEIC.type, _JXL.type)


def _of_brands(data: bytes) -> Media:
    if data[8:12] not in _ANY_IMAGE:
        return _BRANDS.get(data[8:12], _MP4)
    others = data[16 : int.from_bytes(data[:4])]
    return _AVIF if b"avif" in others or b"avis" in others else _HEIC


def _is_text(data: bytes) -> bool:
    head = data[:_LOOKED_AT]
    if not head or _CONTROLS.search(head):
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        # A character cut in two by the end of what is looked at is no fault of the file's.
        return len(data) > _LOOKED_AT and error.start >= len(head) - 3
    return True
