"""Copies without metadata: the same pixels, and nothing of what a file remembered."""

import contextlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from comfy.workflow.files.bare import Odd, bare_copy

SECRET = "the secret prompt"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(form: str, *, frames: int = 1, turned: int = 0) -> bytes:
    images = [Pillow.effect_noise((40, 30), 60 + n).convert("RGB") for n in range(frames)]
    exif = Pillow.Exif()
    exif[0x010E] = SECRET  # ImageDescription
    if turned:
        exif[0x0112] = turned
    how: dict[str, Any] = {"exif": exif, "comment": SECRET}
    if form == "PNG":
        texts = PngInfo()
        texts.add_text("parameters", SECRET)
        texts.add_itxt("prompt", SECRET)
        texts.add_text("workflow", SECRET, zip=True)
        how["pnginfo"] = texts
    if form in ("PNG", "JPEG", "WEBP"):
        how["icc_profile"] = PROFILE
    if form == "WEBP":
        how |= {"xmp": f"<x>{SECRET}</x>".encode(), "lossless": True}
    if frames > 1:
        how |= {"save_all": True, "append_images": images[1:], "duration": 80, "loop": 0}
    out = BytesIO()
    images[0].save(out, form, **how)
    return out.getvalue()


def pixels(data: bytes) -> list[bytes]:
    with Pillow.open(BytesIO(data)) as opened:
        found = []
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            found.append(opened.convert("RGBA").tobytes())
        return found


@pytest.mark.parametrize(
    ("form", "frames"),
    [("PNG", 1), ("PNG", 3), ("JPEG", 1), ("WEBP", 1), ("WEBP", 3), ("GIF", 1), ("GIF", 3)],
)
def test_the_pixels_stay_and_the_words_go(form: str, frames: int) -> None:
    data = picture(form, frames=frames)
    bare = bare_copy(data)
    assert bare is not None
    assert pixels(bare) == pixels(data)
    assert len(pixels(bare)) == frames
    assert SECRET.encode() in data
    with Pillow.open(BytesIO(bare)) as opened:
        opened.load()
        assert not opened.getexif()
        assert {*opened.info} & {"parameters", "prompt", "workflow", "comment", "xmp"} == set()
        assert form == "GIF" or opened.info["icc_profile"] == PROFILE
        assert (opened.info.get("loop") == 0) == (frames > 1)
    assert SECRET.encode() not in bare
    assert bare_copy(bare) == bare


def test_a_jpeg_stays_turned_as_it_was() -> None:
    data = picture("JPEG", turned=6)
    bare = bare_copy(data)
    assert bare is not None
    assert SECRET.encode() not in bare
    with Pillow.open(BytesIO(data)) as old, Pillow.open(BytesIO(bare)) as new:
        assert dict(new.getexif()) == {0x0112: 6}
        assert ImageOps.exif_transpose(new).tobytes() == ImageOps.exif_transpose(old).tobytes()


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_what_is_behind_the_end_goes_and_what_is_cut_is_refused(form: str) -> None:
    data = picture(form)
    assert bare_copy(data + SECRET.encode()) == bare_copy(data)
    with pytest.raises(Odd):
        bare_copy(data[: len(data) // 2])


def test_other_formats_are_not_touched() -> None:
    for data in (b"", b"BM" + b"x" * 90, b"RIFF\0\0\0\0WAVEfmt ", b"%PDF-1.7", b"<svg>"):
        assert bare_copy(data) is None


@given(
    st.sampled_from([picture(form) for form in ("PNG", "JPEG", "WEBP", "GIF")]),
    st.lists(st.tuples(st.integers(12, 2000), st.integers(0, 255)), max_size=8),
)
def test_whatever_the_bytes_it_ends_with_a_copy_or_a_refusal(
    data: bytes, changes: list[tuple[int, int]]
) -> None:
    broken = bytearray(data)
    for place, value in changes:
        broken[place % len(broken)] = value
    with contextlib.suppress(Odd):
        bare_copy(bytes(broken))
