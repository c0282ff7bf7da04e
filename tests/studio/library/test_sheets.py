"""Contact sheets of any images: each in its place, with words beneath, whatever they are."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as Pillow

from storage.files.kept_files import keep
from storage.files.thumbnailer import Previews
from storage.records import Generation, Image
from studio.access.viewer import Viewer
from studio.errors import Absent, StudioError, UploadError
from studio.library.contact_sheet import EMPTY, MAX_PIXELS, MAX_SIDE, PAPER, sheet_of
from studio.library.image_files import ImageFiles
from studio.library.sheets import MAX_IMAGES, Label, Sheets
from tests.support.films import film
from tests.support.records import generation

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


def png(colour: str) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (400, 200), colour).save(out, "PNG")
    return out.getvalue()


def kept(folder: Path, number: int, data: bytes) -> tuple[Generation, Image]:
    made = generation(number, prompt="<b>a fox</b>\u202e 日本 " * 30, seed=2**64 - 1)
    image = keep(folder, made.id, 0, data, "../../etc/passwd.png")
    return replace(made, images=(image,)), image


def opened(data: bytes) -> Pillow.Image:
    return Pillow.open(io.BytesIO(data)).convert("RGB")


def test_images_stand_in_rows_and_what_cannot_be_drawn_is_grey(tmp_path: Path) -> None:
    files = (png("red"), film(), b"plain words", png("lime"))
    chosen = [kept(tmp_path, number, data) for number, data in enumerate(files)]
    sheets = Sheets(ImageFiles(tmp_path, Previews(tmp_path)))
    plain = opened(sheets.draw(chosen, ANN, columns=3))
    step = plain.width // 3
    middles = [plain.getpixel((step * n + step // 2, step // 2)) for n in range(3)]
    assert middles[0] == pytest.approx((254, 0, 0), abs=6)
    assert middles[1] not in (EMPTY, PAPER)
    assert middles[2] == EMPTY
    assert plain.getpixel((step // 2, step + step // 2)) == pytest.approx((0, 255, 0), abs=6)
    for label in Label:
        told = opened(sheets.draw(chosen, ANN, columns=3, label=label))
        assert told.width == plain.width
        assert (told.height > plain.height) == (label is not Label.NONE)


def test_of_what_another_may_not_see_nothing_is_drawn(tmp_path: Path) -> None:
    sheets = Sheets(ImageFiles(tmp_path, Previews(tmp_path)))
    hidden = opened(sheets.draw([kept(tmp_path, 1, png("red"))], BOB))
    assert hidden.getpixel((hidden.width // 2, hidden.height // 2)) == EMPTY
    with pytest.raises(Absent):
        sheets.draw([], ANN)
    with pytest.raises(StudioError, match="at most 500"):
        sheets.draw([kept(tmp_path, 2, png("red"))] * (MAX_IMAGES + 1), ANN)


@pytest.mark.parametrize("columns", [5, 24, 40])
@pytest.mark.parametrize("caption", ["", "words"])
def test_however_many_a_sheet_stays_an_image_that_can_be_opened(columns: int, caption: str) -> None:
    sheet = opened(sheet_of([None] * MAX_IMAGES, [caption] * MAX_IMAGES, columns))
    assert max(sheet.size) <= MAX_SIDE
    assert sheet.width * sheet.height <= MAX_PIXELS * 1.1


def test_what_no_image_could_hold_is_refused() -> None:
    with pytest.raises(UploadError, match="more columns"):
        sheet_of([None] * MAX_IMAGES, [""] * MAX_IMAGES, 1)
