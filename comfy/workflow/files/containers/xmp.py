"""XMP: the one property that programs of ours write, taken from its XML without a parser. Pure.

A parser would follow whatever entities the file defines; what is wanted is one text.
"""

import html

from comfy.workflow.files.containers.header import Gathered

XMP = "XML:com.adobe.xmp"
JPEG_START = b"http://ns.adobe.com/xap/1.0/\0"
_PROPERTIES = (
    ("exif:UserComment", "usercomment"),
    ("dc:description", "description"),
    ("tiff:ImageDescription", "description"),
)
"""Property → the key that its text gets."""


def read_xmp(text: str, found: Gathered) -> None:
    """Take the comment and description that the XMP *text* has, as an element or an attribute."""
    for name, key in _PROPERTIES:
        content = _between(text, f"<{name}>", f"</{name}>") or _between(text, f'{name}="', '"')
        item = content.rpartition("</rdf:li>")[0]
        if item:
            content = item[item.find("<rdf:li") :].partition(">")[2]
        found.text(
            key, html.unescape(content.strip().removeprefix("<![CDATA[").removesuffix("]]>"))
        )


def _between(text: str, start: str, end: str) -> str:
    begin = text.find(start)
    finish = text.find(end, begin + len(start)) if begin >= 0 else -1
    return text[begin + len(start) : finish] if finish >= 0 else ""
