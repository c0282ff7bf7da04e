import hashlib
import random
import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from storage.errors import StorageError
from storage.files import atomic_write, kept_files
from storage.files.sniff import Media, has_thumbnail, sniff
from storage.files.thumbnails import SIDE, make_thumbnail
from tests.support.records import NOON, uuid7

ID = uuid7(NOON, random.Random(1))


def _picture(
    form: str = "PNG", size: tuple[int, int] = (800, 600), mode: str = "RGB", **how: Any
) -> bytes:
    out = BytesIO()
    Pillow.new(mode, size, how.pop("color", 128)).save(out, form, **how)
    return out.getvalue()


def _png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + b"\0" * 100


def test_a_picture_is_kept_byte_for_byte_with_its_metadata(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("prompt", '{"3": {"class_type": "KSampler"}}')
    data = _picture(pnginfo=info)
    kept = kept_files.keep(tmp_path, ID, 0, data, "sub/ComfyUI_00001_.png", node="9")
    assert kept.path == f"images/2026-09/{ID}-0.png"
    assert (tmp_path / kept.path).read_bytes() == data
    assert kept.sha256 == hashlib.sha256(data).hexdigest()
    assert (kept.bytes, kept.media, kept.width, kept.height) == (len(data), "image/png", 800, 600)
    assert (kept.filename, kept.node, kept.kind) == ("ComfyUI_00001_.png", "9", "images")
    with Pillow.open(tmp_path / kept.thumbnail) as small:
        assert small.format == "WEBP"
        assert small.size == (SIDE, 288)
    assert kept_files.keep(tmp_path, ID, 0, data, "sub/ComfyUI_00001_.png", node="9") == kept
    assert len(list((tmp_path / "images/2026-09").iterdir())) == 2
    assert not list((tmp_path / atomic_write.INCOMING).iterdir())


@pytest.mark.parametrize(
    ("data", "media", "extension"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "image/heic", "heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "image/avif", "avif"),
        (b"\xff\x0a\x7f\x04", "image/jxl", "jxl"),
        (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl", "jxl"),
    ],
)
def test_images_of_kin_are_told_apart(data: bytes, media: str, extension: str) -> None:
    assert sniff(data) == Media(media, extension)
    assert has_thumbnail(media) == (media == "image/avif")


@pytest.mark.parametrize(
    ("data", "media", "extension"),
    [
        (_picture("JPEG"), "image/jpeg", "jpg"),
        (_picture("WEBP"), "image/webp", "webp"),
        (_picture("GIF"), "image/gif", "gif"),
        (_picture("AVIF"), "image/avif", "avif"),
        (_picture("BMP"), "image/bmp", "bmp"),
        (_picture("TIFF"), "image/tiff", "tif"),
        (b"\0\0\0\x20ftypisom....", "video/mp4", "mp4"),
        (b"\0\0\0\x14ftypqt  ....", "video/quicktime", "mov"),
        (b"\x1aE\xdf\xa3\x01\0\0\0B\x82\x84webm", "video/webm", "webm"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav", "wav"),
        (b"fLaC\0\0\0\x22", "audio/flac", "flac"),
        (b"OggS\0\x02", "audio/ogg", "ogg"),
        (b"ID3\x04\0", "audio/mpeg", "mp3"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", "mp3"),
        (b"glTF\x02\0\0\0", "model/gltf-binary", "glb"),
        (b"<html><script>alert(1)</script>", "text/plain", "txt"),
        (b'<svg xmlns="x" onload="alert(1)"/>', "text/plain", "txt"),
        ("é".encode() * 4096, "text/plain", "txt"),
        (b"MZ\x90\0\x03", "application/octet-stream", "bin"),
        (b"", "application/octet-stream", "bin"),
        (bytes(range(256)), "application/octet-stream", "bin"),
    ],
)
def test_the_content_says_what_a_file_is_never_its_name(
    tmp_path: Path, data: bytes, media: str, extension: str
) -> None:
    kept = kept_files.keep(tmp_path, ID, 3, data, "evil.html.exe")
    assert (kept.media, kept.path.rsplit(".")[-1]) == (media, extension)
    assert (tmp_path / kept.path).read_bytes() == data
    assert bool(kept.thumbnail) == media.startswith("image/")


@pytest.mark.parametrize(
    "data",
    [
        _picture()[:200],
        _picture("JPEG")[:300],
        b"\x89PNG\r\n\x1a\n",
        _png_header(60_000, 60_000),
        _png_header(9_000, 9_000),
        _png_header(0, 0),
        b"GIF89a" + b"\xff" * 50,
        b"RIFF\xff\xff\xff\xffWEBPVP8 ",
    ],
)
def test_a_picture_that_cannot_be_decoded_is_kept_without_a_thumbnail(
    tmp_path: Path, data: bytes
) -> None:
    kept = kept_files.keep(tmp_path, ID, 0, data, "x.png")
    assert (tmp_path / kept.path).read_bytes() == data
    assert kept.thumbnail == ""


@pytest.mark.parametrize(
    ("mode", "form", "color"),
    [
        ("RGBA", "PNG", (10, 20, 30, 40)),
        ("P", "PNG", 3),
        ("L", "PNG", 128),
        ("1", "PNG", 1),
        ("I;16", "PNG", 32768),
        ("CMYK", "JPEG", (1, 2, 3, 4)),
    ],
)
def test_every_mode_gets_a_thumbnail(mode: str, form: str, color: Any) -> None:
    look = make_thumbnail(_picture(form, (100, 40), mode, color=color))
    with Pillow.open(BytesIO(look.webp)) as small:
        assert small.size == (100, 40)
        if mode == "I;16":
            pixel = small.convert("L").getpixel((5, 5))
            assert isinstance(pixel, int | float)
            assert 120 < pixel < 136


@pytest.mark.parametrize("form", ["JPEG", "WEBP", "TIFF", "PNG"])
@pytest.mark.parametrize(
    ("orientation", "is_turned"), [(1, False), (3, False), (6, True), (8, True)]
)
def test_a_picture_on_its_side_is_measured_as_it_is_shown(
    tmp_path: Path, form: str, orientation: int, is_turned: bool
) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    kept = kept_files.keep(tmp_path, ID, 0, _picture(form, (80, 60), exif=exif))
    assert (kept.width, kept.height) == ((60, 80) if is_turned else (80, 60))
    with Pillow.open(tmp_path / kept.thumbnail) as small:
        assert small.size == (kept.width, kept.height)


def test_a_picture_too_large_for_a_thumbnail_is_measured_as_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.files.thumbnails.MAX_PIXELS", 100)
    exif = Pillow.Exif()
    exif[0x0112] = 6
    look = make_thumbnail(_picture("JPEG", (80, 60), exif=exif))
    assert (look.width, look.height, look.webp) == (60, 80, b"")


def test_of_a_moving_picture_the_first_frame_is_shown(tmp_path: Path) -> None:
    frames = [Pillow.new("RGB", (64, 64), c) for c in ("red", "blue", "green")]
    out = BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    kept = kept_files.keep(tmp_path, ID, 0, out.getvalue(), "x.webp")
    with Pillow.open(tmp_path / kept.thumbnail) as small:
        assert getattr(small, "n_frames", 1) == 1
        pixel = small.convert("RGB").getpixel((30, 30))
        assert isinstance(pixel, tuple)
        assert pixel[0] > 200


@pytest.mark.parametrize("id_", ["", "../x", "a/b", "a\0", "..", ".", "-", "a" * 65, "a\n", "C:x"])
def test_an_id_that_is_none_writes_nothing(tmp_path: Path, id_: str) -> None:
    with pytest.raises(ValueError, match="no generation id"):
        kept_files.keep(tmp_path, id_, 0, b"x", "x")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "images/../../x", "", ".", "a\0b"])
def test_no_path_leads_out_of_the_folder(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match=r"no path|null"):
        atomic_write.locate(tmp_path, path)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a/b\\c.png", "c.png"),
        ("../../x.png", "x.png"),
        ("x\r\nSet-Cookie: y", "xSet-Cookie: y"),
        ("\u202egnp.exe", "gnp.exe"),
        ("y" * 999 + ".png", "y" * 196 + ".png"),
    ],
)
def test_a_servers_name_is_made_harmless(tmp_path: Path, name: str, kept: str) -> None:
    assert kept_files.keep(tmp_path, ID, 0, b"text", name).filename == kept


def test_purged_files_are_removed_and_gone_ones_passed_over(tmp_path: Path) -> None:
    kept = tuple(kept_files.keep(tmp_path, ID, n, _picture()) for n in range(2))
    (tmp_path / kept[0].path).unlink()
    kept_files.remove(tmp_path, kept)
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def test_what_was_half_written_is_swept(tmp_path: Path) -> None:
    (tmp_path / atomic_write.INCOMING).mkdir()
    (tmp_path / atomic_write.INCOMING / "abc").write_bytes(b"half")
    atomic_write.sweep(tmp_path)
    assert not list((tmp_path / atomic_write.INCOMING).iterdir())


def test_a_folder_that_is_a_file_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "images").write_text("in the way")
    with pytest.raises(StorageError, match="data folder"):
        kept_files.keep(tmp_path, ID, 0, b"x")
    assert not list((tmp_path / atomic_write.INCOMING).iterdir())


def test_sniffing_reads_whatever_comes() -> None:
    rng = random.Random(5)
    for _ in range(2000):
        assert sniff(rng.randbytes(rng.randrange(20))).extension.isalnum()
