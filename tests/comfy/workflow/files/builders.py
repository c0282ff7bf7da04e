"""Files of every format, small, with texts where each format keeps them."""

import struct
import zlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo


def saved(kind: str, mode: str = "RGB", **options: Any) -> bytes:
    """An image of 24 × 16 pixels."""
    buffer = BytesIO()
    Image.new(mode, (24, 16), "teal").save(buffer, kind, **options)
    return buffer.getvalue()


def png(**texts: str) -> bytes:
    """A PNG with *texts* before its pixels."""
    info = PngInfo()
    for key, text in texts.items():
        info.add_text(key, text)
    return saved("PNG", pnginfo=info)


def exif(tags: Mapping[int, str] = {}, comment: bytes | None = None) -> Image.Exif:
    """EXIF with *tags*, and *comment* as its UserComment."""
    found = Image.Exif()
    for tag, text in tags.items():
        found[tag] = text
    if comment is not None:
        found.get_ifd(0x8769)[0x9286] = comment
    return found


def chunk(name: bytes, data: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_chunks(*chunks: bytes, behind: bool = False) -> bytes:
    """A PNG with more *chunks*, before its pixels or *behind* them."""
    whole = saved("PNG")
    place = len(whole) - 12 if behind else 33
    return whole[:place] + b"".join(chunks) + whole[place:]


def huge_png(side: int, *chunks: bytes) -> bytes:
    """A PNG that claims *side* × *side* pixels, and has none."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(chunks) + chunk(b"IEND", b"")


def box(name: bytes, *content: bytes) -> bytes:
    """A box of MP4 and its kin."""
    data = b"".join(content)
    return struct.pack(">I", 8 + len(data)) + name + data


def data_box(text: str) -> bytes:
    """The value of an entry, as UTF-8."""
    return box(b"data", struct.pack(">II", 1, 0), text.encode())


def movie(*content: bytes, brand: bytes = b"isom", size: tuple[int, int] = (640, 360)) -> bytes:
    """A film without frames, whose ``udta`` holds *content*."""
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    track = box(b"tkhd", bytes(40), matrix, struct.pack(">II", size[0] << 16, size[1] << 16))
    moov = box(b"moov", box(b"mvhd", bytes(100)), box(b"trak", track), box(b"udta", *content))
    return box(b"ftyp", brand, bytes(4), brand) + box(b"mdat", bytes(64)) + moov


def tagged_movie(tags: Mapping[str, str], **more: Any) -> bytes:
    """A film with *tags* as ``movflags use_metadata_tags`` writes them."""
    keys = b"".join(box(b"mdta", key.encode()) for key in tags)
    entries = [box(struct.pack(">I", n), data_box(text)) for n, text in enumerate(tags.values(), 1)]
    meta = box(
        b"meta",
        bytes(4),
        box(b"hdlr", bytes(8), b"mdta", bytes(13)),
        box(b"keys", bytes(4), struct.pack(">I", len(tags)), keys),
        box(b"ilst", *entries),
    )
    return movie(meta, **more)


def commented_movie(text: str) -> bytes:
    """A film with a comment as iTunes and plain FFmpeg write it."""
    handler = box(b"hdlr", bytes(8), b"mdir", bytes(13))
    return movie(box(b"meta", bytes(4), handler, box(b"ilst", box(b"\xa9cmt", data_box(text)))))


def quicktime(text: str) -> bytes:
    """A MOV with a comment of QuickTime's own."""
    data = text.encode()
    return movie(box(b"\xa9cmt", struct.pack(">HH", len(data), 0), data), brand=b"qt  ")


def element(id_: int, *content: bytes) -> bytes:
    """An EBML element with a size of eight bytes."""
    data = b"".join(content)
    name = id_.to_bytes((id_.bit_length() + 7) // 8)
    return name + struct.pack(">Q", 1 << 56 | len(data)) + data


def webm(tags: Mapping[str, str], *, is_live: bool = False) -> bytes:
    """A WebM without frames; a live one's segment does not say how long it is."""
    simple = [
        element(0x67C8, element(0x45A3, name.encode()), element(0x4487, text.encode()))
        for name, text in tags.items()
    ]
    video = element(0xE0, element(0xB0, b"\x02\x80"), element(0xBA, b"\x01\x68"))
    content = element(0x1654AE6B, element(0xAE, video)) + element(
        0x1254C367, element(0x7373, element(0x63C0), *simple)
    )
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    if is_live:
        return head + bytes.fromhex("18538067 01ffffffffffffff") + content
    return head + element(0x18538067, content)


def _comments(tags: Mapping[str, str]) -> bytes:
    lines = [f"{key}={text}".encode() for key, text in tags.items()]
    return (
        struct.pack("<I", 4)
        + b"test"
        + struct.pack("<I", len(lines))
        + b"".join(struct.pack("<I", len(line)) + line for line in lines)
    )


def flac(tags: Mapping[str, str]) -> bytes:
    """A FLAC without sound."""
    data = _comments(tags)
    return b"fLaC" + b"\0" + (34).to_bytes(3) + bytes(34) + b"\x84" + len(data).to_bytes(3) + data


def opus(tags: Mapping[str, str]) -> bytes:
    """An Ogg Opus file without sound, its comments over as many pages as they need."""

    def page(data: bytes, *, goes_on: bool) -> bytes:
        laces = bytes([255] * (len(data) // 255)) + (b"" if goes_on else bytes([len(data) % 255]))
        return b"OggS" + bytes(22) + bytes([len(laces)]) + laces + data

    packet, pages = b"OpusTags" + _comments(tags), [page(b"OpusHead" + bytes(11), goes_on=False)]
    while len(packet) > 255 * 254:
        pages.append(page(packet[: 255 * 254], goes_on=True))
        packet = packet[255 * 254 :]
    return b"".join([*pages, page(packet, goes_on=False)])


def mp3(tags: Mapping[str, str], version: int = 4, encoding: int = 3) -> bytes:
    """An MP3 without sound, with *tags* in frames TXXX."""
    name = ("latin-1", "utf-16", "utf-16-be", "utf-8")[encoding]
    frames = b""
    for key, text in tags.items():
        end = b"\0\0" if encoding in (1, 2) else b"\0"
        data = bytes([encoding]) + key.encode(name) + end + text.encode(name)
        size = _synchsafe(len(data)) if version == 4 else struct.pack(">I", len(data))
        frames += b"TXXX" + size + bytes(2) + data
    return b"ID3" + bytes([version, 0, 0]) + _synchsafe(len(frames)) + frames + b"\xff\xfb\x90\x00"


def _synchsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def xmp(text: str) -> str:
    """XMP with *text* as its UserComment."""
    quoted = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description>'
        f'<exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">{quoted}</rdf:li></rdf:Alt>'
        "</exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>"
    )


def stealth(text: str, *, is_packed: bool = False, side: int = 64) -> bytes:
    """A PNG with *text* in the lowest bit of its alpha channel."""
    data = text.encode()
    if is_packed:
        squeezed = zlib.compressobj(wbits=31)
        data = squeezed.compress(data) + squeezed.flush()
    name = b"stealth_pngcomp" if is_packed else b"stealth_pnginfo"
    hidden = name + struct.pack(">I", 8 * len(data)) + data
    bits = [byte >> shift & 1 for byte in hidden for shift in range(7, -1, -1)]
    picture = Image.new("RGBA", (side, side), (0, 128, 128, 254))
    pixels = picture.load()
    assert pixels is not None
    for number, bit in enumerate(bits):
        pixels[number // side, number % side] = (0, 128, 128, 254 | bit)
    buffer = BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
