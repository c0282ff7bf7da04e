"""A process of its own that decodes one video or sound, then ends.

Run as a script by `storage.files.videos`, with what is asked as JSON on its standard input; it
imports nothing of Stepglass. What it opened is all that it can open: a file that plays tricks on
the decoder reaches no other file and no network, takes no more memory and time than it is given,
and ends this process alone. It writes one line of JSON, and after it the bytes of an image.
"""

import contextlib
import importlib
import json
import math
import os
import pkgutil
import sys
from array import array
from collections import deque
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import av
import av.error
from PIL import Image, ImageDraw, ImageStat

FORMATS = {"mp4": "mov", "mov": "mov", "m4a": "mov", "webm": "matroska", "mkv": "matroska"}
"""The endings of kept files → the one demuxer that may read each; playlists are none of them."""
SOUNDS = {"mp3": "mp3", "flac": "flac", "ogg": "ogg", "wav": "wav"}
NEAR = 3.0
"""Seconds that are decoded rather than jumped over."""
LIVELY = 16.0
"""Of brightness, 0 to 255, as a standard deviation: less is black, white, or a fade."""
MOMENTS = (0.1, 0.35, 0.6, 0.85)
"""Shares of a video where a telling frame is looked for."""
WRITERS = {"mov": "mov", "mkv": "matroska", "m4a": "ipod"}
"""Endings of files → what writes such, where that has another name."""
BARS = 96
WAVE = (384, 216)
INK = (128, 128, 140, 255)
QUALITY = 80


class Unreadable(Exception):
    """Nothing in the file can be shown."""


class Asked:
    """What is asked, and how much may be spent on it."""

    def __init__(self, said: dict[str, Any]) -> None:
        self.what = str(said["what"])
        self.ending = str(said["ending"])
        self.side = int(said["side"])
        self.count = int(said["count"])
        self.pixels = int(said["pixels"])
        self.frames = int(said["frames"])


def main() -> None:
    """Read what is asked and answer it; every mistake is an answer, too."""
    said = json.load(sys.stdin)
    out = sys.stdout.buffer
    with contextlib.ExitStack() as open_:
        file = open_.enter_context(open(said["file"], "rb"))  # noqa: PTH123 - a path as text is all there is
        written = open_.enter_context(open(said["out"], "w+b")) if said["out"] else None  # noqa: PTH123
        _limit(said)
        try:
            told, image = (
                _bare(Asked(said), file, written) if written else _answer(Asked(said), file)
            )
        except (Unreadable, av.error.FFmpegError, ValueError, OSError, MemoryError) as error:
            told, image = {"error": type(error).__name__}, b""
    out.write(json.dumps(told).encode() + b"\n" + image)


def _limit(said: dict[str, Any]) -> None:
    """Let the system stop what the decoder does not; everything that is needed is open by now."""
    for module in pkgutil.walk_packages(av.__path__, "av."):  # they are opened when first needed
        if "__main__" not in module.name:
            importlib.import_module(module.name)
    Image.init()
    av.logging.set_level(None)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        seconds = math.ceil(said["seconds"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (said["room"], said["room"]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (said["memory"], said["memory"]))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _answer(asked: Asked, file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    if asked.ending in SOUNDS or asked.what == "wave":
        return _wave(asked, file)
    with av.open(
        file, mode="r", format=FORMATS[asked.ending], metadata_errors="replace"
    ) as container:
        video = _Video(container, asked)
        match asked.what:
            case "thumbnail":
                return video.told(), _webp(_telling(video), asked.side)
            case "storyboard":
                return video.told(), _storyboard(video, asked)
            case "first":
                return video.told(), _png(next(video.run(), None))
            case _:
                return video.told(), _png(video.last())


def _bare(asked: Asked, file: BinaryIO, written: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Write the same frames and sounds, as they are, without what the file says beside them."""
    ending = asked.ending
    form, how = SOUNDS.get(ending) or FORMATS[ending], {"fflags": "+bitexact"}
    with (
        av.open(file, mode="r", format=form) as source,
        av.open(written, mode="w", format=WRITERS.get(ending, ending), options=how) as target,
    ):
        streams = [one for one in source.streams if one.type in ("video", "audio")]
        to = {one.index: target.add_stream_from_template(one) for one in streams}
        for stream in to.values():
            stream.metadata.clear()
        for packet in source.demux(streams):
            if packet.dts is not None:
                packet.stream = to[packet.stream.index]
                target.mux(packet)
        if not streams:
            raise Unreadable
    return {"done": True}, b"."


class _Video:
    """The first video of a container, as frames that are right side up."""

    def __init__(self, container: Any, asked: Asked) -> None:
        if not container.streams.video:
            raise Unreadable
        self._container = container
        self._stream = container.streams.video[0]
        self._left = asked.frames
        self._pixels = asked.pixels
        self._stream.thread_type = "NONE"
        context = self._stream.codec_context
        if context is None or not 0 < context.width * context.height <= self._pixels:
            raise Unreadable
        self.seconds = self._length()

    def told(self) -> dict[str, Any]:
        return {"seconds": self.seconds}

    def run(self) -> Iterator[tuple[float, Any]]:
        """Frames from where it stands, with the second each is of. What is damaged ends it."""
        with contextlib.suppress(av.error.FFmpegError):
            for frame in self._container.decode(self._stream):
                if self._left <= 0 or frame.width * frame.height > self._pixels:
                    return
                self._left -= 1
                yield frame.time or 0.0, frame

    def seek(self, second: float) -> None:
        """Go to the last frame before *second* that can be decoded by itself."""
        start = (self._stream.start_time or 0) * float(self._stream.time_base)
        at = int((start + second) / float(self._stream.time_base))
        with contextlib.suppress(av.error.FFmpegError):
            self._container.seek(max(0, at), stream=self._stream)

    def at(self, seconds: list[float]) -> Iterator[tuple[float, Any]]:
        """The frame that is shown at each of *seconds*, which ascend; fewer where it breaks off."""
        frames, latest, gap = self.run(), None, NEAR
        for number, second in enumerate(seconds):
            now = latest[0] if latest else 0.0
            gap = second - (seconds[number - 1] if number else 0.0)
            if second - now > NEAR:
                self.seek(second)
                frames, near = self.run(), next(self.run(), None)
                latest = near or latest
                if near and abs(near[0] - second) <= gap / 2:
                    yield near
                    continue
            while latest is None or latest[0] < second:
                following = next(frames, None)
                if following is None:
                    break
                latest = following
            if latest is None:
                return
            yield latest

    def last(self) -> tuple[float, Any] | None:
        """The very last frame that there is."""
        for second in (self.seconds, max(0.0, self.seconds - NEAR), 0.0):
            self.seek(second)
            tail = deque(self.run(), maxlen=1)
            if tail:
                return tail[0]
        return None

    def _length(self) -> float:
        """Seconds; of a file that does not say it, those of its packets."""
        stream, container = self._stream, self._container
        if stream.duration:
            return float(stream.duration * stream.time_base)
        if container.duration:
            return float(container.duration) / av.time_base
        ends = 0.0
        with contextlib.suppress(av.error.FFmpegError):
            for number, packet in enumerate(container.demux(stream)):
                if number > 10 * self._left:
                    break
                if packet.pts is not None:
                    ends = max(ends, float(packet.pts * stream.time_base))
        self.seek(0.0)
        return ends


def _telling(video: _Video) -> tuple[float, Any] | None:
    """The first frame that shows something, else the one that shows most."""
    best, most = None, -1.0
    for found in video.at([video.seconds * share for share in MOMENTS]):
        small = found[1].reformat(width=32, height=32, format="gray8").to_image()
        lively = ImageStat.Stat(small).stddev[0]
        if lively > most:
            best, most = found, lively
        if lively >= LIVELY:
            break
    return best


def _storyboard(video: _Video, asked: Asked) -> bytes:
    """*count* frames side by side, each of the middle of its share of the video."""
    moments = [(n + 0.5) / asked.count * video.seconds for n in range(asked.count)]
    images = [_upright(frame, asked.side) for _, frame in video.at(moments)]
    if not images:
        raise Unreadable
    width, height = images[0].size
    sheet = Image.new("RGB", (width * asked.count, height))
    for number in range(asked.count):
        image = images[min(number, len(images) - 1)]
        sheet.paste(image if image.size == (width, height) else image.resize((width, height)),
                    (number * width, 0))  # fmt: skip
    return _saved(sheet, "WEBP", quality=QUALITY, method=2)


def _webp(found: tuple[float, Any] | None, side: int) -> bytes:
    if found is None:
        raise Unreadable
    return _saved(_upright(found[1], side), "WEBP", quality=QUALITY, method=2)


def _png(found: tuple[float, Any] | None) -> bytes:
    if found is None:
        raise Unreadable
    return _saved(_upright(found[1], 0), "PNG", compress_level=1)


def _upright(frame: Any, side: int) -> Image.Image:
    """*frame* as it is shown, its longer side at most *side* pixels where that is not 0."""
    shrunk = min(1.0, side / max(frame.width, frame.height)) if side else 1.0
    width, height = (max(1, round(one * shrunk)) for one in (frame.width, frame.height))
    image: Image.Image = frame.reformat(width=width, height=height, format="rgb24").to_image()
    turned = round(frame.rotation / 90) % 4 * 90
    return image.rotate(turned, expand=True) if turned else image


def _saved(image: Image.Image, form: str, **how: Any) -> bytes:
    out = BytesIO()
    image.save(out, form, **how)
    return out.getvalue()


def _wave(asked: Asked, file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """The loudness of a sound over its time, as bars."""
    form = SOUNDS.get(asked.ending) or FORMATS[asked.ending]
    peaks: list[float] = []
    with av.open(file, mode="r", format=form, metadata_errors="replace") as container:
        if not container.streams.audio:
            raise Unreadable
        stream = container.streams.audio[0]
        to_mono = av.AudioResampler(format="flt", layout="mono", rate=8000)
        length = float(container.duration or 0) / av.time_base
        with contextlib.suppress(av.error.FFmpegError):
            for number, frame in enumerate(container.decode(stream)):
                if number > 100 * asked.frames:
                    break
                for one in to_mono.resample(frame):
                    values = array("f", bytes(one.planes[0])[: 4 * one.samples])
                    peaks.append(max(map(abs, values), default=0.0))
    if not peaks:
        raise Unreadable
    return {"seconds": length}, _bars(peaks)


def _bars(peaks: list[float]) -> bytes:
    sheet = Image.new("RGBA", WAVE, (0, 0, 0, 0))
    draw = ImageDraw.Draw(sheet)
    step, middle, loudest = WAVE[0] / BARS, WAVE[1] / 2, max(peaks) or 1.0
    for number in range(BARS):
        first = number * len(peaks) // BARS
        some = peaks[first : max(first + 1, (number + 1) * len(peaks) // BARS)]
        tall = max(2.0, max(some) / loudest * WAVE[1] * 0.42)
        left = number * step
        draw.rectangle((left, middle - tall, left + step * 0.55, middle + tall), INK)
    return _saved(sheet, "WEBP", quality=QUALITY, method=2)


if __name__ == "__main__":
    main()
