"""What a node shows of its work, in ``executed`` frames and history entries: files, texts. Pure."""

from collections.abc import Mapping
from typing import Any

from comfy.protocol.events import OutputFile
from comfy.protocol.json_values import text

MAX_FILES = 4096
"""Files taken from one node's output, and kept of one prompt."""
MAX_TEXT = 100_000
"""Characters kept of any text or traceback a server sends."""


def output_of(node: str, output: Any) -> tuple[list[OutputFile], list[str]]:
    """Return the files and texts in a node's UI output: any dict with a filename is a file."""
    files: list[OutputFile] = []
    texts: list[str] = []
    if not isinstance(output, dict):
        return files, texts
    animated = _flags(output.get("animated"))
    for kind, values in output.items():
        values = values if isinstance(values, list | tuple) else [values]
        for index, value in enumerate(values[:MAX_FILES]):
            if isinstance(value, dict) and text(value, "filename"):
                moving = kind == "gifs" or (animated[index] if index < len(animated) else False)
                files.append(_file(node, str(kind), value, animated=moving))
            elif kind == "text" and isinstance(value, str):
                texts.append(value[:MAX_TEXT])
    return files, texts


def _file(node: str, kind: str, value: Mapping[str, Any], *, animated: bool) -> OutputFile:
    return OutputFile(
        node,
        kind,
        text(value, "filename"),
        text(value, "subfolder"),
        text(value, "type") or "output",
        animated,
    )


def _flags(value: Any) -> list[bool]:
    return [bool(v) for v in value] if isinstance(value, list | tuple) else []
