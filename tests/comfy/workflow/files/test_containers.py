"""Every format gives its size and its texts, whichever way it keeps them; cut ones say so."""

import json
import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from comfy.workflow.files.containers.boxes import jxl_size
from comfy.workflow.files.containers.header import MAX_TEXT_BYTES, Header
from comfy.workflow.files.containers.look import look
from comfy.workflow.files.containers.stealth import hidden_text
from comfy.workflow.files.metadata import remembered
from tests.comfy.workflow.files import builders as make
from tests.support.films import film

GRAPH = {"3": {"class_type": "KSampler", "inputs": {"seed": 5}}}
PROMPT = json.dumps(GRAPH)
TAGS = {"prompt": PROMPT, "workflow": '{"nodes": [], "links": []}'}
ENTITIES = '{"c": "a < b & \\"c\\""}'


def seen(data: bytes, *, checks: bool = False) -> Header:
    found = look(BytesIO(data), checks=checks)
    assert found
    return found


SAMPLES = {
    "PNG": make.png(**TAGS),
    "PNG behind": make.with_chunks(make.chunk(b"tEXt", b"prompt\0" + PROMPT.encode()), behind=True),
    "APNG": make.with_chunks(make.chunk(b"comf", b"prompt\0" + PROMPT.encode()), behind=True),
    "WEBP": make.saved("WEBP", exif=make.exif({0x0110: f"prompt:{PROMPT}"})),
    "WEBP lossless": make.saved(
        "WEBP", lossless=True, exif=make.exif({0x010F: f"Prompt: {PROMPT}"})
    ),
    "JPEG": make.saved("JPEG", exif=make.exif({0x010E: f"prompt:{PROMPT}"})),
    "AVIF": make.saved("AVIF", exif=make.exif({0x0110: f"prompt:{PROMPT}"})),
    "TIFF": make.saved("TIFF", exif=make.exif({0x0110: f"prompt:{PROMPT}"})),
    "MP4": make.tagged_movie(TAGS),
    "MOV": make.tagged_movie(TAGS, brand=b"qt  "),
    "WEBM": make.webm({"PROMPT": PROMPT}),
    "live WEBM": make.webm({"PROMPT": PROMPT}, is_live=True),
    "FLAC": make.flac(TAGS),
    "OPUS": make.opus(TAGS),
    "OPUS of many pages": make.opus({"noise": "x" * 200_000, **TAGS}),
    "MP3": make.mp3(TAGS),
    "MP3 2.3 in UTF-16": make.mp3(TAGS, version=3, encoding=1),
    "VHS": make.commented_movie(json.dumps({"prompt": PROMPT, "workflow": {"nodes": []}})),
    "VHS QuickTime": make.quicktime(json.dumps({"prompt": GRAPH})),
    "VHS WEBM": make.webm({"COMMENT": json.dumps({"prompt": PROMPT})}),
}
"""Files that hold the same graph."""


@pytest.mark.parametrize("name", SAMPLES)
def test_the_graph_is_read_out_of_every_format(name: str) -> None:
    found = remembered(BytesIO(SAMPLES[name]), checks=True)
    assert found
    assert found.found.graph == GRAPH
    assert found.header.is_whole
    assert found.found.notes == ()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG", "AVIF", "TIFF", "GIF", "BMP"])
def test_images_have_their_size(kind: str) -> None:
    found = seen(make.saved(kind), checks=True)
    assert (found.format, found.width, found.height) == (kind, 24, 16)
    assert found.is_whole


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG", "TIFF"])
def test_images_on_their_side_have_the_size_they_are_shown_in(kind: str) -> None:
    exif = make.exif()
    exif[0x0112] = 6
    found = seen(make.saved(kind, exif=exif))
    assert (found.width, found.height) == (16, 24)


@pytest.mark.parametrize("data", [make.tagged_movie({}), make.webm({})])
def test_films_have_their_size(data: bytes) -> None:
    assert (seen(data).width, seen(data).height) == (640, 360)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("international", [False, True])
def test_all_kinds_of_png_text_are_read(*, compressed: bool, international: bool) -> None:
    info = PngInfo()
    add = info.add_itxt if international else info.add_text
    add("Note", "ein Fuß" if international else "plain", zip=compressed)
    (text,) = seen(make.saved("PNG", pnginfo=info)).texts
    assert text == ("note", "ein Fuß" if international else "plain")


def test_text_in_utf_8_is_read_where_latin_1_is_the_rule() -> None:
    data = make.with_chunks(
        make.chunk(b"tEXt", b"a\0" + "狐".encode()), make.chunk(b"tEXt", b"b\0caf\xe9")
    )
    assert seen(data).texts == (("a", "狐"), ("b", "café"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_xmp_is_read(kind: str) -> None:
    text = make.xmp(ENTITIES)
    if kind == "PNG":
        data = make.with_chunks(make.chunk(b"tEXt", b"XML:com.adobe.xmp\0" + text.encode()))
    else:
        data = make.saved(kind, xmp=text.encode())
    assert ("usercomment", ENTITIES) in seen(data).texts


def test_xmp_as_an_attribute_is_read() -> None:
    text = '<rdf:Description exif:UserComment="{&quot;c&quot;: 1}"/>'
    data = make.with_chunks(make.chunk(b"tEXt", b"XML:com.adobe.xmp\0" + text.encode()))
    assert seen(data).texts == (("usercomment", '{"c": 1}'),)


@pytest.mark.parametrize("kind", ["JPEG", "GIF"])
def test_comments_are_read(kind: str) -> None:
    assert seen(make.saved(kind, comment=b"made by hand")).texts == (("comment", "made by hand"),)


TEXTS = ["a fox", "灯" * 600 + "\nSteps: 7", "caf\u00e9 " * 40, "ぼやけ\nSteps: 20, Seed: 1"]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    ("start", "encoding"),
    [
        (b"UNICODE\0", "utf-16-be"),
        (b"UNICODE\0", "utf-16-le"),
        (b"UNICODE\0", "utf-16"),
        (b"UNICODE\0", "utf-8"),
        (b"ASCII\0\0\0", "utf-8"),
        (bytes(8), "utf-8"),
        (b"", "utf-8"),
    ],
)
def test_a_user_comment_is_read_in_whatever_it_is_written(
    text: str, start: bytes, encoding: str
) -> None:
    data = make.saved("JPEG", exif=make.exif(comment=start + text.encode(encoding)))
    assert seen(data).texts == (("usercomment", text.strip()),)


def test_heic_avif_and_jxl_are_told_apart() -> None:
    for brand, name in ((b"heic", "HEIC"), (b"mif1", "HEIC"), (b"avif", "AVIF"), (b"isom", "MP4")):
        assert seen(make.box(b"ftyp", brand, bytes(4), brand)).format == name
    assert seen(make.box(b"ftyp", b"mif1", bytes(4), b"mif1avif")).format == "AVIF"
    assert seen(b"\0\0\0\x0cJXL \r\n\x87\n").format == "JXL"
    assert seen(b"\xff\x0a" + bytes(20)).format == "JXL"


def test_a_heic_tells_its_exif_and_size() -> None:
    tiff = make.exif({0x0110: f"prompt:{PROMPT}"}).tobytes()
    item = struct.pack(">I", 0) + tiff.removeprefix(b"Exif\0\0")
    entry = make.box(b"infe", b"\2\0\0\0", struct.pack(">HH", 1, 0), b"Exif\0")
    size = make.box(b"ispe", bytes(4), struct.pack(">II", 24, 16))

    def meta(offset: int) -> bytes:
        place = struct.pack(">BBHHHHII", 0x44, 0, 1, 1, 0, 1, offset, len(item))
        return make.box(
            b"meta",
            bytes(4),
            make.box(b"hdlr", bytes(8), b"pict", bytes(13)),
            make.box(b"iinf", bytes(4), struct.pack(">H", 1), entry),
            make.box(b"iloc", bytes(4), place),
            make.box(b"iprp", make.box(b"ipco", size, make.box(b"irot", b"\1"))),
        )

    head = make.box(b"ftyp", b"heic", bytes(4), b"heic")
    data = head + meta(len(head) + len(meta(0)) + 8) + make.box(b"mdat", item)
    found = remembered(BytesIO(data))
    assert found
    assert (found.header.format, found.header.width, found.header.height) == ("HEIC", 16, 24)
    assert found.found.graph == GRAPH


@pytest.mark.parametrize(
    ("bits", "size"),
    [
        (1 | 1 << 1 | 1 << 6, (16, 16)),  # small: (1 + 1) × 8, as wide as high
        (0 | 0 << 1 | 359 << 3 | 5 << 12, (640, 360)),  # 9 bits and 16 : 9
        (0 | 0 << 1 | 15 << 3 | 0 << 12 | 0 << 15 | 23 << 17, (24, 16)),  # both sides
    ],
)
def test_a_jpeg_xl_has_its_size(bits: int, size: tuple[int, int]) -> None:
    assert jxl_size(b"\xff\x0a" + bits.to_bytes(8, "little")) == size


@pytest.mark.parametrize("is_packed", [False, True])
def test_text_in_the_alpha_channel_is_found(*, is_packed: bool) -> None:
    text = "a fox\nNegative prompt: blurry\nSteps: 7, Seed: 3, Size: 8x8"
    found = remembered(BytesIO(make.stealth(text, is_packed=is_packed)))
    assert found
    assert found.found.settings
    assert (found.found.settings.prompt, found.found.settings.seed) == ("a fox", 3)


def test_nothing_is_looked_for_in_an_alpha_channel_where_the_header_tells() -> None:
    assert hidden_text(BytesIO(make.saved("PNG", "RGBA")), 24, 16) == ""
    assert hidden_text(BytesIO(b"no image"), 1000, 1000) == ""


@pytest.mark.parametrize("name", [n for n in SAMPLES if not n.startswith(("OPUS of", "live"))])
def test_a_file_cut_short_anywhere_is_said_to_be_or_tells_the_same(name: str) -> None:
    data = SAMPLES[name]
    for end in range(0, len(data), max(1, len(data) // 61)):
        found = remembered(BytesIO(data[:end]), checks=True)
        assert found is None or found.found.graph in (None, GRAPH)
        if found and found.header.format == "PNG":
            assert not found.header.is_whole


@pytest.mark.parametrize("place", [30, 60, -20])
def test_a_png_with_a_flipped_bit_is_damaged(place: int) -> None:
    data = bytearray(make.png(**TAGS))
    data[place] ^= 1
    assert not seen(bytes(data), checks=True).is_whole
    assert seen(bytes(data)).format == "PNG"


def bomb(name: bytes, head: bytes, megabytes: int = 200) -> bytes:
    squeezed = zlib.compressobj(9)
    text = b"".join(squeezed.compress(b" " * 2**20) for _ in range(megabytes)) + squeezed.flush()
    return make.chunk(name, head + text)


@pytest.mark.parametrize(
    "chunks",
    [
        [bomb(b"zTXt", b"workflow\0\0")],
        [bomb(b"iTXt", b"workflow\0\1\0\0\0")],
        [bomb(b"zTXt", b"XML:com.adobe.xmp\0\0", 60)] * 40,
        [bomb(b"zTXt", b"workflow\0\0", 60)] * 40,
    ],
)
def test_a_text_that_unpacks_to_far_more_is_named_and_left(chunks: list[bytes]) -> None:
    found = seen(make.with_chunks(*chunks))
    assert any("was not read" in note for note in found.notes)
    assert sum(len(text) for _, text in found.texts) <= MAX_TEXT_BYTES


def test_a_packed_text_that_is_damaged_is_named() -> None:
    found = seen(make.with_chunks(make.chunk(b"zTXt", b"prompt\0\0no zlib")))
    assert found.notes == ("The file's “prompt” is damaged and cannot be unpacked.",)


def loop_of_tables() -> bytes:
    """EXIF whose table names itself as its next one, and as its EXIF table."""
    entry = struct.pack("<HHII", 0x8769, 4, 1, 8)
    return b"II*\0" + struct.pack("<I", 8) + struct.pack("<H", 1) + entry + struct.pack("<I", 8)


def overlapping_tags() -> bytes:
    """A TIFF whose thousand tags are each the whole file."""
    count, size = 1_000, 2**22
    tags = [struct.pack("<HHII", 0x010E + n, 2, size - 8, 8) for n in range(count)]
    table = struct.pack("<H", count) + b"".join(tags) + struct.pack("<I", 8)
    return (b"II*\0" + struct.pack("<I", 8) + table).ljust(size, b"x")


def nested(depth: int, wrap: bytes) -> bytes:
    data = b""
    for _ in range(depth):
        data = make.box(wrap, data)
    return make.box(b"ftyp", b"isom", bytes(4)) + data


@pytest.mark.parametrize(
    "data",
    [
        make.saved("JPEG")[:2] + b"\xff\xe1" + struct.pack(">H", 2 + 6 + len(loop_of_tables()))
        + b"Exif\0\0" + loop_of_tables() + make.saved("JPEG")[2:],
        overlapping_tags(),
        nested(5_000, b"moov"),
        make.box(b"ftyp", b"isom", bytes(4)) + b"\0\0\0\1moov" + (2**63).to_bytes(8),
        make.box(b"ftyp", b"isom", bytes(4)) + b"\0\0\0\4free" * 1000,
        make.element(0x1A45DFA3) + bytes.fromhex("18538067") * 5_000,
        make.element(0x1A45DFA3) + bytes.fromhex("7373 01ffffffffffffff") * 5_000,
        make.element(0x1A45DFA3) + bytes(5_000),
        b"\xff\xd8" + b"\xff" * 100_000,
        b"\xff\xd8\xff\xe1\x00\x01",
        b"GIF89a" + bytes(7) + b"!\xfe" + b"\xff" * 50_000,
        b"RIFF\xff\xff\xff\xffWEBP" + b"EXIF\xff\xff\xff\xff",
        b"fLaC\x84\xff\xff\xff",
        b"OggS" + bytes(22) + b"\xff" + b"\xff" * 255,
        b"ID3\4\0\x40\x7f\x7f\x7f\x7fTXXX",
        make.box(b"ftyp", b"avif", bytes(4), b"avif")
        + make.box(b"meta", bytes(4), make.box(b"iinf", bytes(4), b"\0\1"),
                   make.box(b"iloc", bytes(4), b"\xff\xff\xff\xff")),
    ],
)  # fmt: skip
def test_files_made_to_go_round_in_circles_come_to_an_end(data: bytes) -> None:
    found = remembered(BytesIO(data), checks=True)
    assert found is None or not found.found


WHOLE = [*SAMPLES.values(), make.stealth("a fox"), make.saved("GIF", comment=b"x" * 300)]


@given(
    st.sampled_from([one for one in WHOLE if len(one) < 20_000]),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8)), max_size=4),
    st.floats(0, 1),
)
def test_no_file_whatever_its_bytes_raises(
    data: bytes, edits: list[tuple[float, bytes]], cut: float
) -> None:
    changed = bytearray(data)
    for place, patch in edits:
        start = int(place * len(changed))
        changed[start : start + len(patch)] = patch
    remembered(BytesIO(bytes(changed[: int(cut * len(changed)) + 1])), checks=True)


@given(st.sampled_from([data[:16] for data in WHOLE]), st.binary(max_size=400))
def test_no_file_that_only_begins_well_raises(head: bytes, rest: bytes) -> None:
    remembered(BytesIO(head + rest), checks=True)


def test_an_unpackable_image_hides_nothing() -> None:
    broken = bytearray(make.stealth("a fox"))
    broken[len(broken) // 2 : len(broken) // 2 + 40] = bytes(40)
    assert hidden_text(BytesIO(bytes(broken)), 64, 64) == ""
    with BytesIO() as file:
        Image.new("LA", (64, 64), (1, 255)).save(file, "PNG")
        assert hidden_text(file, 64, 64) == ""


@pytest.mark.parametrize("ending", ["mp4", "mov", "webm", "mkv"])
def test_a_video_says_how_long_and_how_large_it_is(ending: str) -> None:
    header = look(BytesIO(film(ending, frames=36)))
    assert header is not None
    assert (header.width, header.height) == (96, 64)
    assert header.seconds == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(
    ("scale", "units", "seconds"),
    [(1000, 1500, 1.5), (0, 5, 0.0), (1, 2**32 - 1, 0.0), (1, 2**32 - 2, 0.0), (600, 0, 0.0)],
)
def test_a_length_that_none_can_have_is_none(scale: int, units: int, seconds: float) -> None:
    movie = b"mvhd" + b"\0" * 12 + struct.pack(">II", scale, units)
    moov = b"moov" + struct.pack(">I", len(movie) + 4) + movie
    head = b"\0\0\0\x10ftypisom\0\0\0\0" + struct.pack(">I", len(moov) + 4)
    header = look(BytesIO(head + moov))
    assert header is not None
    assert header.seconds == seconds
