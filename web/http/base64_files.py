"""Pictures within a JSON body: base64, bare or as a data URL. Pure."""

import base64
import re

from web.http.refusal import Refusal

MORE_BYTES = 1_000_000
"""What a body may hold besides the picture."""
_DATA_URL = re.compile(r"^data:[\w.+/-]*(;[\w=.+-]+)*;base64,", re.ASCII)
_LONGEST_NAME = 128
"""Characters; the name of a kept picture is shorter, any picture in base64 longer."""


def decoded_image(text: str) -> bytes | None:
    """The picture in *text*; None where that is none, or the name of a kept one."""
    url = _DATA_URL.match(text[:200])
    if url is None and len(text) <= _LONGEST_NAME:
        return None
    try:
        return unpacked(text)
    except ValueError as error:
        sentence = "The image is neither a kept image's name nor base64."
        raise Refusal(422, sentence, {"image": sentence}) from error


def unpacked(text: str) -> bytes:
    """The bytes in *text*, base64, bare or as a data URL. Raises ValueError."""
    url = _DATA_URL.match(text[:200])
    return base64.b64decode("".join(text[url.end() if url else 0 :].split()), validate=True)
