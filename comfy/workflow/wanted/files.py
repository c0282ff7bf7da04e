"""The files that a saved workflow names with an address, and whether a name may be one. Pure.

ComfyUI keeps them at the nodes that load them (``properties.models``). All of it is somebody
else's: a name must not lead out of its folder, nor an address hold a login.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.errors import WorkflowError

UNSAFE_ENDINGS = frozenset({".ckpt", ".pt", ".pth", ".bin"})
"""Of files that can hold code, which runs as they are loaded."""
ENDINGS = UNSAFE_ENDINGS | {".safetensors", ".sft", ".gguf", ".onnx"}
MAX_NAME, MAX_FOLDER, MAX_URL = 200, 100, 2_000
MAX_FILES = 200
"""Read from one workflow."""
MAX_DEPTH = 12
_FOLDER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NOT_MODELS = frozenset({"configs", "custom_nodes"})
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A model's file: its `name`, sub-folders included, within `folder` of ComfyUI's models.

    `sha256` is what its content must come to, in lower case, or "".
    """

    name: str
    folder: str
    url: str
    sha256: str = ""

    @property
    def path(self) -> str:
        """Where it belongs, from ComfyUI's own folder on."""
        return f"models/{self.folder}/{self.name}"

    @property
    def may_hold_code(self) -> bool:
        """Whether loading such a file can run what is in it."""
        return _ending(self.name) in UNSAFE_ENDINGS


def wanted_file(name: str, folder: str, url: str, sha256: str = "") -> WantedFile:
    """A file that can be asked for. Raises WorkflowError with a sentence where it cannot be one.

    The address is only bounded here: see `comfy.workflow.wanted.addresses`.
    """
    name = name.replace("\\", "/")
    parts = name.split("/")
    if not name or len(name) > MAX_NAME or not all(map(_is_plain, parts)):
        raise WorkflowError("This is no name for a model's file: give it without “..” and drives.")
    if _ending(name) not in ENDINGS:
        raise WorkflowError(f"{parts[-1]} is no file of a model, as .safetensors or .gguf.")
    if not is_folder(folder):
        raise WorkflowError("There is no such folder of models: it is named as “checkpoints” is.")
    if not url or len(url) > MAX_URL:
        raise WorkflowError("The address of the file is missing, or too long.")
    if sha256 and not _SHA256.fullmatch(sha256):
        raise WorkflowError("A SHA-256 hash has 64 digits from 0 to f.")
    return WantedFile(name, folder, url, sha256.lower())


def wanted_files(saved: Mapping[str, Any]) -> tuple[WantedFile, ...]:
    """All that the nodes of a *saved* workflow name, inner ones too; what is no file is left out.

    Of the same path the first counts.
    """
    found: dict[str, WantedFile] = {}
    for node in _nodes(saved, 0):
        properties = node.get("properties")
        listed = properties.get("models") if isinstance(properties, Mapping) else None
        for one in listed if isinstance(listed, list) else ():
            if len(found) >= MAX_FILES:
                return tuple(found.values())
            if file := _read(one):
                found.setdefault(file.path, file)
    return tuple(found.values())


def is_folder(folder: str) -> bool:
    """Whether *folder* can be one of ComfyUI's for models, sub-folders included."""
    parts = folder.split("/")
    return (
        len(folder) <= MAX_FOLDER
        and parts[0] not in _NOT_MODELS
        and all(_FOLDER.fullmatch(one) and _is_plain(one) for one in parts)
    )


def _read(one: Any) -> WantedFile | None:
    if not isinstance(one, Mapping):
        return None
    kept = {key: one.get(key) for key in ("name", "directory", "url")}
    name, folder, url = (value if isinstance(value, str) else "" for value in kept.values())
    given, kind = one.get("hash"), one.get("hash_type")
    is_known = isinstance(given, str) and _SHA256.fullmatch(given)
    is_sha = str(kind or "sha256").lower().replace("-", "") == "sha256"
    try:
        return wanted_file(name, folder, url, str(given) if is_known and is_sha else "")
    except WorkflowError:
        return None


def _nodes(data: Mapping[str, Any], depth: int) -> Iterator[Mapping[str, Any]]:
    nodes = data.get("nodes")
    yield from (one for one in (nodes if isinstance(nodes, list) else ()) if _is_object(one))
    inner = data.get("definitions")
    listed = inner.get("subgraphs") if isinstance(inner, Mapping) else None
    for one in listed if isinstance(listed, list) and depth < MAX_DEPTH else ():
        if _is_object(one):
            yield from _nodes(one, depth + 1)


def _is_object(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_plain(part: str) -> bool:
    """Whether *part* names a file or folder on any system, and only that."""
    return (
        part not in ("", ".", "..")
        and part == part.strip(" ")
        and not part.startswith("-")
        and not part.endswith(".")
        and part.isprintable()
        and not set(part) & set('<>:"|?*\\/')
        and not _RESERVED.fullmatch(part)
    )


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""
