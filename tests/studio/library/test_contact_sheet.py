"""Contact sheets of real pictures."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import UploadError
from studio.library.contact_sheet import EMPTY, MAX_SIDE, PAPER, contact_sheet

COLOURS = {(0, 0): (200, 0, 0), (1, 0): (0, 200, 0), (0, 1): (0, 0, 200)}


@pytest.fixture
def pictures(tmp_path: Path) -> dict[tuple[int, int], Path]:
    found = {}
    for place, colour in COLOURS.items():
        found[place] = tmp_path / f"{place[0]}-{place[1]}.webp"
        Image.new("RGB", (320, 200), colour).save(found[place], lossless=True)
    return found


def opened(data: bytes) -> Image.Image:
    sheet = Image.open(BytesIO(data))
    assert sheet.format == "PNG"
    return sheet.convert("RGB")


def test_pictures_stand_in_their_places_and_missing_ones_stay_grey(
    pictures: dict[tuple[int, int], Path],
) -> None:
    sheet = opened(contact_sheet(pictures, ["Steps 10", "Steps 20"], ["CFG 1", "CFG 2"]))
    left, top = sheet.width - 2 * 328 - 8, sheet.height - 2 * 208 - 8
    for (column, row), colour in (COLOURS | {(1, 1): EMPTY}).items():
        middle = left + 8 + column * 328 + 160, top + 8 + row * 208 + 100
        assert sheet.getpixel(middle) == colour


def test_labels_are_drawn_beside_the_pictures_and_not_over_them(
    pictures: dict[tuple[int, int], Path],
) -> None:
    bare = opened(contact_sheet(pictures, ["", ""], ["", ""]))
    assert bare.size == (2 * 328 + 8, 2 * 208 + 8)
    told = opened(contact_sheet(pictures, ["Steps 10", "Steps 20"], ["CFG 1", "CFG 2"]))
    corner = told.width - bare.width, told.height - bare.height
    assert told.crop((*corner, *told.size)).tobytes() == bare.tobytes()
    for box in ((corner[0], 0, told.width, corner[1]), (0, corner[1], corner[0], told.height)):
        assert min(told.crop(box).convert("L").tobytes()) < 80  # ink
    assert told.getpixel((0, 0)) == PAPER


@pytest.mark.parametrize("label", ["x" * 5000, "word " * 400, "猫 × … é\0\n", "", "\ud800"])
def test_any_label_fits(pictures: dict[tuple[int, int], Path], label: str) -> None:
    sheet = opened(contact_sheet(pictures, [label, "b"], [label], title=label))
    assert sheet.width <= 3 * 328 + 32
    assert sheet.height <= 208 + 160


def test_a_file_that_is_gone_or_broken_stays_grey(tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    places = {(0, 0): tmp_path / "broken.png", (1, 0): tmp_path / "gone.png"}
    sheet = opened(contact_sheet(places, ["a", "b"], [""]))
    assert sheet.getpixel((sheet.width // 4, sheet.height - 40)) == EMPTY


def test_many_pictures_become_small_and_too_many_are_refused(
    pictures: dict[tuple[int, int], Path],
) -> None:
    labels = [str(n) for n in range(100)]
    sheet = opened(contact_sheet(pictures, labels, ["a"]))
    assert max(sheet.size) <= MAX_SIDE
    with pytest.raises(UploadError, match="choose fewer values"):
        contact_sheet(pictures, labels * 4, ["a"])
