"""A mask is the image's alpha: kept, shown again, and never any file that somebody sends."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import StudioError
from ui.workflows.masks import SIDE, layers, with_mask
from ui.workflows.shots import shot

COLOUR = (10, 200, 30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An image of one colour."""
    Image.new("RGB", (200, 100), COLOUR).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def painted(folder: Path, size: tuple[int, int] = (100, 50)) -> Path:
    """A mask whose left half is covered."""
    mask = Image.new("LA", size)
    mask.paste((255, 255), (0, 0, size[0] // 2, size[1]))
    mask.save(folder / "mask.png")
    return folder / "mask.png"


def kept(path: Path) -> Path:
    made = path.with_name("kept.png")
    made.write_bytes(with_mask(path, painted(path.parent)))
    return made


def test_what_is_painted_becomes_alpha_and_colours_stay(path: Path) -> None:
    with Image.open(kept(path)) as made:
        assert made.size == (200, 100)
        assert made.getpixel((10, 10)) == (*COLOUR, 0)
        assert made.getpixel((190, 10)) == (*COLOUR, 255)


def test_opened_again_the_mask_is_there_and_the_image_whole(path: Path) -> None:
    assert layers(path).mask == b""
    again = layers(kept(path))
    with Image.open(io.BytesIO(again.mask)) as mask:
        assert mask.size == again.size == (200, 100)
        alpha = mask.getchannel("A")
        assert (alpha.getpixel((10, 10)), alpha.getpixel((190, 10))) == (255, 0)
    with Image.open(io.BytesIO(again.picture)) as picture:
        assert picture.getpixel((10, 10)) == pytest.approx(COLOUR, abs=4)


def test_a_large_image_is_painted_on_smaller_and_masked_at_its_own_size(tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    Image.new("RGB", (SIDE + 400, 300), COLOUR).save(large)
    assert layers(large).size[0] == SIDE
    with Image.open(kept(large)) as made:
        assert made.size == (SIDE + 400, 300)
    assert max(layers(kept(large)).size) == SIDE


def test_the_small_picture_shows_colours_under_the_mask(path: Path) -> None:
    data = base64.b64decode(shot(kept(path)).partition(",")[2])
    with Image.open(io.BytesIO(data)) as small:
        left, right = (small.convert("RGB").getpixel((x, 50)) for x in (20, 180))
    assert right == pytest.approx(COLOUR, abs=6)
    assert isinstance(left, tuple)
    assert left[1] > 60  # tinted, not black


def test_an_empty_mask_is_refused(path: Path) -> None:
    Image.new("LA", (8, 8)).save(path.with_name("none.png"))
    with pytest.raises(StudioError, match="Paint over"):
        with_mask(path, path.with_name("none.png"))


@pytest.mark.parametrize("what", ["text", "jpeg", "opaque", "huge", "cut"])
def test_what_is_no_mask_is_refused(path: Path, what: str) -> None:
    sent = path.with_name("sent.png")
    if what == "text":
        sent.write_bytes(b"mask")
    elif what == "jpeg":
        Image.new("RGB", (8, 8)).save(sent, "JPEG")
    elif what == "opaque":
        Image.new("RGB", (8, 8)).save(sent)
    elif what == "huge":
        Image.new("LA", (SIDE + 1, 8), (255, 255)).save(sent)
    else:
        sent.write_bytes(painted(path.parent).read_bytes()[:60])
    with pytest.raises(StudioError, match="did not arrive whole"):
        with_mask(path, sent)
