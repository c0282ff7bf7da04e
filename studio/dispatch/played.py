"""How large and how long a kept video or sound is, by what the file says of itself."""

from dataclasses import replace
from pathlib import Path

from comfy.workflow.files.containers.look import look
from storage.records import Image


def measured(folder: Path, image: Image) -> Image:
    """*image* with the size and length of the file in the data *folder*; itself for an image.

    Nothing is decoded, so that whoever keeps files waits for no video.
    """
    if not image.media.startswith(("video/", "audio/")):
        return image
    try:
        with (folder / image.path).open("rb") as file:
            header = look(file)
    except OSError:
        return image
    if header is None:
        return image
    return replace(image, width=header.width, height=header.height, seconds=header.seconds)
