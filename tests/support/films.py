"""Videos and sounds for tests, whose frames tell their number by how bright they are."""

import math
import struct
import wave
from io import BytesIO
from typing import Any, cast

import av
from PIL import Image as Pillow
from PIL import ImageDraw

KINDS = {"mp4": "libx264", "mov": "mpeg4", "webm": "libvpx-vp9", "mkv": "libx264"}
FORMATS = {"mkv": "matroska"}
STEP = 5
"""Of brightness, from one frame to the next."""


def film(
    ending: str = "mp4",
    *,
    frames: int = 48,
    size: tuple[int, int] = (96, 64),
    dark: int = 0,
    rate: int = 12,
    comment: str = "",
) -> bytes:
    """A video of *frames*, the first *dark* ones black; others have a white bar at the left."""
    out, frame = BytesIO(), cast("Any", av.VideoFrame)
    with av.open(out, "w", format=FORMATS.get(ending, ending)) as container:
        if comment:
            container.metadata["comment"] = comment
        stream: Any = container.add_stream(KINDS[ending], rate=rate)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            image = Pillow.new("RGB", size, (number * STEP,) * 3 if number >= dark else (0, 0, 0))
            if number >= dark:
                ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1]), (255, 255, 255))
            container.mux(stream.encode(frame.from_image(image)))
        container.mux(stream.encode())
    return out.getvalue()


def number_of(picture: Pillow.Image) -> int:
    """Which frame *picture* is, by its right half."""
    width, height = picture.size
    grey = picture.convert("L").crop((width // 2, height // 4, width - 2, height - 2))
    return round(grey.resize((1, 1), Pillow.Resampling.BOX).getpixel((0, 0)) / STEP)  # type: ignore[operator]


def sound(seconds: float = 2.0) -> bytes:
    """A WAV that gets louder."""
    out, rate = BytesIO(), 8000
    count = int(seconds * rate)
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(
            b"".join(
                struct.pack("<h", int(30_000 * n / count * math.sin(n / 3))) for n in range(count)
            )
        )
    return out.getvalue()
