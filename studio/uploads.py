"""Pictures that people upload as inputs: checked, then kept under their content's hash."""

import hashlib
import os
import re
import tempfile
import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from studio.errors import UploadError

FORMATS = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "BMP": ".bmp", "GIF": ".gif"}
MAX_PIXELS = 100_000_000
"""A picture of more would take gigabytes once unpacked."""
_NAME = re.compile(r"[0-9a-f]{64}\.(png|jpg|webp|bmp|gif)")


class Uploads:
    """Kept uploads in *folder*; `max_bytes` each."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def keep(self, source: Path | bytes) -> str:
        """Check a picture and keep it; return its name. Raises UploadError with a sentence."""
        data = source if isinstance(source, bytes) else self._read(source)
        if len(data) > self._max_bytes:
            raise UploadError(
                f"The picture has {len(data) / 2**20:.0f} MB; the most is "
                f"{self._max_bytes / 2**20:.0f} MB. Send a smaller one."
            )
        name = hashlib.sha256(data).hexdigest() + _suffix(data)
        path = self._folder / name
        if not path.exists():
            self._write(path, data)
        return name

    def path(self, name: str) -> Path:
        """Where the upload *name* is kept. Raises UploadError where there is none."""
        path = self._folder / name
        if not _NAME.fullmatch(name) or not path.is_file():
            raise UploadError("The picture to start from is gone: choose it again.")
        return path

    def _read(self, source: Path) -> bytes:
        try:
            with source.open("rb") as file:
                return file.read(self._max_bytes + 1)
        except OSError as error:
            raise UploadError(f"The picture cannot be read: {error.strerror}.") from error

    def _write(self, path: Path, data: bytes) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
                file.write(data)
            os.replace(file.name, path)  # noqa: PTH105 - of a name, not a Path
        except OSError as error:
            raise UploadError(f"The picture cannot be kept: {error.strerror}.") from error


def _suffix(data: bytes) -> str:
    """Unpack the picture once, which is what finds truncated ones; return its kind's suffix."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit holds
            with Image.open(BytesIO(data), formats=list(FORMATS)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise UploadError(
                        f"The picture is {picture.width} × {picture.height} pixels, too many to "
                        "unpack safely. Send a smaller one."
                    )
                picture.load()
                return FORMATS[picture.format or ""]
    except (UnidentifiedImageError, KeyError) as error:
        raise UploadError(
            "This file is no picture that can be read: send a PNG, JPEG, WebP, BMP or GIF."
        ) from error
    except Image.DecompressionBombError as error:
        raise UploadError("The picture is too large to unpack safely.") from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise UploadError("The picture is damaged or cut short: send it again.") from error
