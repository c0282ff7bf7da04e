"""Files that people upload as inputs: checked, then kept under their content's hash."""

import hashlib
import os
import re
import shutil
import stat
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from storage.errors import StorageError
from storage.files.atomic_write import RESERVE, write_whole
from storage.files.sniff import sniff
from studio.errors import UploadError

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif"}
MAX_PIXELS = 100_000_000
"""A picture of more would take gigabytes once unpacked."""
WORDS = {"image": "image", "video": "video", "audio": "sound"}
MEDIA = {"image": ("image/",), "video": ("video/",), "audio": ("audio/", "video/")}
"""Kinds of uploads → beginnings of the media types they may have: sound is often in a video."""
NAME = re.compile(
    r"[0-9a-f]{64}\.(png|jpg|webp|bmp|gif|mp4|mov|webm|mkv|mp3|flac|ogg|wav|m4a)", re.ASCII
)
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):  # not every system has all
    _FLAGS |= getattr(os, _name, 0)


class Uploads:
    """Kept uploads in *folder*; `max_bytes` each."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def keep(self, source: Path | bytes, kind: str = "image") -> str:
        """Check an image, video or audio file (*kind*) and keep it; return its name.

        Raises UploadError with a sentence.
        """
        data = source if isinstance(source, bytes) else self._read(source)
        if len(data) > self._max_bytes:
            raise UploadError(
                f"The {WORDS[kind]} has {len(data) / 2**20:.0f} MB; the most is "
                f"{self._max_bytes / 2**20:.0f} MB. Send a smaller one."
            )
        suffix = _suffix(data) if kind == "image" else _media_suffix(data, kind)
        name = hashlib.sha256(data).hexdigest() + suffix
        if self._is_whole(name):
            # It is asked for anew, so it stays (see studio.sweeping).
            os.utime(self._folder / name)
        else:
            self._write(name, data)
        return name

    def has_room(self, size: int) -> bool:
        """Whether *size* bytes fit on the disk, twice while they are taken in, and some stay."""
        folder = next(one for one in (self._folder, *self._folder.parents) if one.is_dir())
        return shutil.disk_usage(folder).free >= 2 * size + RESERVE

    def read(self, name: str) -> bytes:
        """The upload *name*. Raises UploadError where there is none, or not all of it."""
        try:
            data = self.path(name).read_bytes()
        except OSError as error:
            raise UploadError(f"The image cannot be read: {error.strerror}.") from error
        if hashlib.sha256(data).hexdigest() != name.partition(".")[0]:
            raise UploadError("The image to start from is damaged on the disk: choose it again.")
        return data

    def _is_whole(self, name: str) -> bool:
        """Whether *name* is kept already: what a power cut left is not believed."""
        try:
            with (self._folder / name).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == name.partition(".")[0]
        except OSError:
            return False

    def path(self, name: str) -> Path:
        """Where the upload *name* is kept. Raises UploadError where there is none."""
        path = self._folder / name
        if not NAME.fullmatch(name) or not path.is_file():
            raise UploadError("The image to start from is gone: choose it again.")
        return path

    def _read(self, source: Path) -> bytes:
        try:
            # Opening a pipe, or a device, must not wait for whoever is at its other end.
            with os.fdopen(os.open(source, _FLAGS), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise UploadError("What was sent is no file: send an image.")
                return file.read(self._max_bytes + 1)
        except OSError as error:
            raise UploadError(f"The image cannot be read: {error.strerror}.") from error

    def _write(self, name: str, data: bytes) -> None:
        try:
            write_whole(self._folder.parent, f"{self._folder.name}/{name}", data)
        except StorageError as error:
            raise UploadError(f"The image cannot be kept. {error}") from error


def _media_suffix(data: bytes, kind: str) -> str:
    """The suffix of a video or sound, told by its first bytes."""
    media = sniff(data)
    suffix = f".{media.extension}"
    if not media.type.startswith(MEDIA[kind]) or not NAME.fullmatch("0" * 64 + suffix):
        raise UploadError(
            f"This file is no {WORDS[kind]} that can be read: send an "
            + ("MP4, MOV, WebM or MKV." if kind == "video" else "MP3, FLAC, Ogg, WAV or M4A.")
        )
    return suffix


def _suffix(data: bytes) -> str:
    """Unpack the picture once, which is what finds truncated ones; return its kind's suffix."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit holds
            with Image.open(BytesIO(data), formats=list(FORMATS)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise UploadError(
                        f"The image is {picture.width} × {picture.height} pixels, too many to "
                        "unpack safely. Send a smaller one."
                    )
                picture.load()
                return FORMATS[picture.format or ""]
    except (UnidentifiedImageError, KeyError) as error:
        raise UploadError(
            "This file is no image that can be read: send a PNG, JPEG, WebP, BMP or GIF."
        ) from error
    except Image.DecompressionBombError as error:
        raise UploadError("The image is too large to unpack safely.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UploadError("The image is damaged or cut short: send it again.") from error
