"""Previews as the page takes them, each encoded once however many watch."""

import base64
from collections import OrderedDict

from comfy.progress.state import Preview

PREVIEW_MEDIA = frozenset({"image/jpeg", "image/png", "image/webp"})
"""What the page shows as a preview; anything else is not put into an `<img>`."""
PREVIEWS_KEPT = 64
"""Encoded previews kept, one a running generation."""


class Previews:
    """Previews as data URIs, each encoded once however many watch."""

    def __init__(self) -> None:
        self._encoded: OrderedDict[str, tuple[Preview, str]] = OrderedDict()

    def uri(self, id: str, preview: Preview | None) -> str:  # noqa: A002 # the record's word
        """The data URI of generation *id*'s *preview*, or ""."""
        if preview is None or preview.media not in PREVIEW_MEDIA:
            return ""
        known = self._encoded.get(id)
        if known is None or known[0] is not preview:
            text = base64.b64encode(preview.image).decode("ascii")
            known = self._encoded[id] = (preview, f"data:{preview.media};base64,{text}")
        self._encoded.move_to_end(id)
        while len(self._encoded) > PREVIEWS_KEPT:
            self._encoded.popitem(last=False)
        return known[1]
