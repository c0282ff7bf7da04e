"""Uploaded pictures: kept, or refused with a sentence."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import UploadError
from studio.uploads.uploads import Uploads
from tests.support.paths import ROOT


def picture(kind: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.effect_noise(size, 50).convert("RGB").save(out, kind)
    return out.getvalue()


def bomb() -> bytes:
    """A few hundred bytes that claim 60,000 × 60,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads", 1_000_000)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP"])
def test_a_picture_is_kept_byte_for_byte_under_its_hash(uploads: Uploads, kind: str) -> None:
    data = picture(kind)
    name = uploads.keep(data)
    assert uploads.path(name).read_bytes() == data
    assert uploads.keep(data) == name


def test_a_file_on_disk_is_taken_as_well(uploads: Uploads, tmp_path: Path) -> None:
    source = tmp_path / "input.bin"
    source.write_bytes(picture())
    assert uploads.keep(source).endswith(".png")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"GIF89a is what I claim", "no image|damaged"),
        (b"#!/bin/sh\n", "no image"),
        (b"", "no image"),
        (picture()[:-400], "damaged or cut short"),
        (picture("JPEG")[:300], "damaged or cut short"),
        (bomb(), "too many to unpack|too large to unpack"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "no image"),
        (b"\0" * 1_000_001, "the most is"),
    ],
)
def test_what_is_no_usable_picture_gets_a_sentence(
    uploads: Uploads, data: bytes, says: str
) -> None:
    with pytest.raises(UploadError, match=says):
        uploads.keep(data)


@pytest.mark.parametrize("name", ["../secret.key", "x.png", "a" * 64 + ".png", "/etc/passwd", ""])
def test_only_kept_uploads_have_a_path(uploads: Uploads, name: str) -> None:
    with pytest.raises(UploadError):
        uploads.path(name)


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads = Uploads(tmp_path / "uploads", 1_000_000)
    with monkeypatch.context() as full:
        full.setattr("storage.files.atomic_write.RESERVE", 2**60)
        for _ in range(3):
            with pytest.raises(UploadError, match=r"cannot be kept.*is full"):
                uploads.keep(picture())
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_disk_that_fails_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    code = f"""
import resource, signal, sys
from pathlib import Path
from studio.errors import UploadError
from studio.uploads.uploads import Uploads
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
data = Path(sys.argv[1]).read_bytes()
resource.setrlimit(resource.RLIMIT_FSIZE, (len(data) // 2, resource.RLIM_INFINITY))
try:
    Uploads(Path({str(tmp_path / "data" / "uploads")!r}), 10**9).keep(data)
except UploadError as error:
    assert "is full" in str(error), error
else:
    raise AssertionError("kept beyond the limit")
"""
    source = tmp_path / "a.png"
    source.write_bytes(picture(size=(400, 400)))
    subprocess.run([sys.executable, "-c", code, str(source)], cwd=ROOT, check=True)
    assert not [path for path in (tmp_path / "data").rglob("*") if path.is_file()]


@pytest.mark.parametrize("cut", [b"", b"half"])
def test_what_a_power_cut_left_is_not_believed(uploads: Uploads, cut: bytes) -> None:
    data = picture()
    name = uploads.keep(data)
    uploads.path(name).write_bytes(cut)
    with pytest.raises(UploadError, match="damaged"):
        uploads.read(name)
    assert uploads.keep(data) == name
    assert uploads.read(name) == data
