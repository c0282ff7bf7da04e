"""A contact sheet: the pictures of a grid in their places, with the values at its sides."""

import contextlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from studio.errors import UploadError

MAX_SIDE = 16_000
"""Pixels; JPEG and WebP end near here, and browsers not far above."""
MAX_CELL, MIN_CELL = 512, 64
SMALL_CELL = 384
"""Of a sheet of any images: as large as thumbnails are, of which it is made."""
CAPTION_LINES = 2
MAX_PIXELS = 80_000_000
"""Of such a sheet, which takes three times as many bytes while it is drawn."""
GAP = 8
TEXT = 20
"""Height of the labels, in pixels."""
LINES = 3
PAPER, INK, EMPTY = (255, 255, 255), (24, 24, 27), (228, 228, 231)

MAX_LABEL = 300
FONTS = ("DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")
PLAIN = {"×": "x", "–": "-", "—": "-", "·": "|", "…": "...", "“": '"', "”": '"', "’": "'"}
"""What to draw where a font lacks a character."""

Place = tuple[int, int]
"""Column and row, from 0."""


def contact_sheet(
    pictures: Mapping[Place, Path],
    columns: Sequence[str],
    rows: Sequence[str],
    *,
    title: str = "",
) -> bytes:
    """Return a PNG of *pictures* in a grid with the labels of *columns* above and *rows* beside.

    A place without a picture, or whose file cannot be read, stays grey. Raises UploadError where
    the grid is larger than a picture can be.
    """
    font = _font()
    columns = tuple(_drawable(label, font) for label in columns) or ("",)
    rows = tuple(_drawable(label, font) for label in rows) or ("",)
    cell = _cell(pictures, len(columns), len(rows))
    side = _side(rows, font, cell[0])
    head = _head(columns, font, cell[0])
    top = head + (TEXT * 2 if title else 0)
    size = (side + len(columns) * (cell[0] + GAP) + GAP, top + len(rows) * (cell[1] + GAP) + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    if title:
        text = _clipped(_drawable(title, font), font, size[0] - 2 * GAP)
        draw.text((size[0] / 2, GAP), text, INK, font, anchor="ma")
    for number, label in enumerate(columns):
        left = side + GAP + number * (cell[0] + GAP)
        text = _wrapped(label, font, cell[0])
        at = (left + cell[0] / 2, top - GAP / 2)
        draw.multiline_text(at, text, INK, font, anchor="md", align="center")
    for number, label in enumerate(rows):
        middle = top + GAP + number * (cell[1] + GAP) + cell[1] / 2
        text = _wrapped(label, font, side - GAP)
        draw.multiline_text((side - GAP / 2, middle), text, INK, font, anchor="rm", align="right")
    for column in range(len(columns)):
        for row in range(len(rows)):
            corner = (side + GAP + column * (cell[0] + GAP), top + GAP + row * (cell[1] + GAP))
            _place(sheet, draw, pictures.get((column, row)), corner, cell)
    buffer = BytesIO()
    sheet.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def sheet_of(pictures: Sequence[Path | None], captions: Sequence[str], columns: int) -> bytes:
    """Return a PNG of *pictures* in rows of so many *columns*, each with its caption beneath.

    One without a file, or whose file cannot be read, stays grey. Raises UploadError where all of
    them are larger than a picture can be.
    """
    font, columns = _font(), max(1, min(columns, len(pictures)))
    captions = [_drawable(caption, font) for caption in captions]
    rows = -(-len(pictures) // columns)
    foot = CAPTION_LINES * (TEXT + 6) + GAP if any(captions) else 0
    side = _side_of_cell(columns, rows, foot)
    size = (columns * (side + GAP) + GAP, rows * (side + foot + GAP) + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (path, caption) in enumerate(zip(pictures, captions, strict=True)):
        left = GAP + number % columns * (side + GAP)
        top = GAP + number // columns * (side + foot + GAP)
        _place(sheet, draw, path, (left, top), (side, side))
        text = _wrapped(caption, font, side, CAPTION_LINES)
        at = (left + side / 2, top + side + GAP / 2)
        draw.multiline_text(at, text, INK, font, anchor="ma", align="center")
    buffer = BytesIO()
    sheet.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _side_of_cell(columns: int, rows: int, foot: int) -> int:
    """Pixels of a square for each picture, so that all of them fit. Raises UploadError."""
    most = min(SMALL_CELL, MAX_SIDE // columns - 2 * GAP, MAX_SIDE // rows - foot - 2 * GAP)
    while most >= MIN_CELL and columns * rows * (most + GAP) * (most + foot + GAP) > MAX_PIXELS:
        most -= 8
    if most < MIN_CELL:
        raise UploadError("A sheet of so many images would be larger than an image can be: choose "
                          "fewer of them, or more columns.")  # fmt: skip
    return most


def _font() -> "_Font":
    """A font of this machine that has most letters, else Pillow's own, which has few."""
    for name in FONTS:
        with contextlib.suppress(OSError):
            return ImageFont.truetype(name, TEXT)
    return ImageFont.load_default(TEXT)


def _drawable(text: str, font: "_Font") -> str:
    """*text* of up to `MAX_LABEL` characters, with others for those that *font* cannot draw."""
    text = " ".join(text.split())[:MAX_LABEL]
    if text.isascii():
        return text
    lacking = bytes(font.getmask("\uffff"))
    return "".join(
        one if one.isascii() or bytes(font.getmask(one)) != lacking else PLAIN.get(one, "?")
        for one in text
    )


def _cell(pictures: Mapping[Place, Path], columns: int, rows: int) -> tuple[int, int]:
    """Width and height of a place: those of the first picture, as far as all fit."""
    width, height = next(filter(None, map(_size, pictures.values())), (MAX_CELL, MAX_CELL))
    shrunk = min(1.0, MAX_CELL / max(width, height))
    room = min(MAX_SIDE / 1.25 / columns - GAP, MAX_SIDE / 1.25 / rows - GAP)
    shrunk = min(shrunk, room / max(width, height))
    cell = max(1, round(width * shrunk)), max(1, round(height * shrunk))
    if max(cell) < MIN_CELL and room < MIN_CELL:
        raise UploadError(
            f"A sheet of {columns} × {rows} images would be larger than an image can be: "
            "choose fewer values."
        )
    return max(cell[0], MIN_CELL), max(cell[1], MIN_CELL)


def _size(path: Path) -> tuple[int, int] | None:
    try:
        with Image.open(path) as picture:
            return picture.size if min(picture.size) > 0 else None
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _place(
    sheet: Image.Image,
    draw: ImageDraw.ImageDraw,
    path: Path | None,
    corner: tuple[int, int],
    cell: tuple[int, int],
) -> None:
    far = (corner[0] + cell[0] - 1, corner[1] + cell[1] - 1)
    try:
        if path is None:
            raise FileNotFoundError
        with Image.open(path) as picture:
            picture.draft("RGB", cell)  # JPEG unpacks straight to about this size
            fitted = ImageOps.contain(picture.convert("RGB"), cell, Image.Resampling.LANCZOS)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        draw.rectangle((corner, far), fill=EMPTY)
        return
    left, top = ((whole - part) // 2 for whole, part in zip(cell, fitted.size, strict=True))
    sheet.paste(fitted, (corner[0] + left, corner[1] + top))


def _head(columns: Sequence[str], font: "_Font", width: int) -> int:
    """Height of the labels above."""
    lines = max(_wrapped(label, font, width).count("\n") + 1 for label in columns)
    return lines * (TEXT + 6) + GAP if any(columns) else 0


def _side(rows: Sequence[str], font: "_Font", cell: int) -> int:
    """Width of the labels beside: as they need, but never more than a picture."""
    widest = max(font.getlength(label) for label in rows)
    return min(round(widest) + 2 * GAP, max(cell, 4 * TEXT)) if any(rows) else 0


def _wrapped(label: str, font: "_Font", width: float, most: int = LINES) -> str:
    """*label* in up to *most* lines of *width* pixels, the last one cut with dots."""
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return "\n".join(_clipped(line, font, width) for line in lines)


def _clipped(text: str, font: "_Font", width: float) -> str:
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(text + "...") > width:
        text = text[:-1]
    return text.rstrip() + "..."


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
