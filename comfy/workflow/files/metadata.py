"""What a picture or file says about how it was made: ComfyUI's workflow, or A1111's settings.

ComfyUI writes PNG text ``prompt`` and ``workflow``, and into WebP and JPEG the EXIF tags 0x0110
and 0x010F as ``prompt:{…}`` and ``workflow:{…}``; A1111 writes PNG text ``parameters``, or EXIF
UserComment. Nothing is unpacked: the pixels do not matter here. Pure.
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from PIL import ExifTags, Image, UnidentifiedImageError

from comfy.errors import WorkflowError
from comfy.graph.plan import node_title
from comfy.workflow.files.a1111 import parse_parameters
from comfy.workflow.json_text import parse_json
from comfy.workflow.saved_format import is_ui_format

FORMATS = ("PNG", "WEBP", "JPEG", "AVIF")
MAX_FILE_BYTES = 256 * 2**20
PRESET_KEY = "stepglass"
"""The key by which a saved preset of our own is told: its version."""
_CHARSETS = {b"UNICODE\0": "utf-16", b"ASCII\0\0\0": "utf-8", b"\0" * 8: "utf-8"}
"""The eight bytes before an EXIF UserComment → its encoding."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was read: an API `graph`, a saved `workflow`, A1111 `settings`, our own `preset`.

    `settings` has the keys of `comfy.workflow.files.a1111.parse_parameters`. `notes` are sentences
    about what was there too and could not be read.
    """

    graph: Mapping[str, Any] | None = None
    workflow: Mapping[str, Any] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    preset: Mapping[str, Any] | None = None
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.graph, self.workflow, self.settings, self.preset))


def read_any(data: bytes, filename: str) -> Found:
    """Read a picture, a .json file of any of the three kinds, or A1111's text.

    Raises WorkflowError with a sentence where nothing is in it.
    """
    if not data:
        raise WorkflowError(f"“{_short(filename)}” is empty.")
    head = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"{", b"[")) or filename.lower().endswith(".json"):
        return read_document(parse_json(data, f"“{_short(filename)}”"), f"“{_short(filename)}”")
    if filename.lower().endswith(".txt"):
        return _from_text(data, f"“{_short(filename)}”")
    return read_metadata(data)


def read_document(data: Any, what: str = "The file") -> Found:
    """Tell a saved workflow, an API export, a POSTed body, and our own preset apart."""
    if not isinstance(data, Mapping):
        raise WorkflowError(f"{what} is JSON, but no workflow: it holds no object.")
    if PRESET_KEY in data:
        graph = data.get("graph")
        return Found(graph=graph if is_api_graph(graph) else None, preset=data)
    if is_ui_format(data):
        return Found(workflow=data)
    if is_api_graph(data):
        return Found(graph=data)
    prompt, extra = data.get("prompt"), data.get("extra_data")
    if is_api_graph(prompt):
        info = extra.get("extra_pnginfo") if isinstance(extra, Mapping) else None
        saved = info.get("workflow") if isinstance(info, Mapping) else data.get("workflow")
        return Found(graph=prompt, workflow=saved if is_ui_format(saved) else None)
    if node := _classless(data) or _classless(prompt):
        raise WorkflowError(
            f"{what} is no workflow that can be run: {node} has no class_type. It may be "
            "damaged; export it from ComfyUI again."
        )
    raise WorkflowError(
        f"{what} is JSON, but no workflow: neither one that ComfyUI saved nor its API export."
    )


def _classless(data: Any) -> str:
    """Which node keeps *data* from being an API graph by its class alone; "" where none does."""
    nodes = data if isinstance(data, Mapping) else {}
    if not all(isinstance(node, Mapping) and "inputs" in node for node in nodes.values()):
        return ""
    lacking = [id_ for id_, node in nodes.items() if not isinstance(node.get("class_type"), str)]
    if not lacking:
        return ""
    return f"“{node_title(nodes, lacking[0], {})[:80]}” (node {lacking[0][:40]})"


def is_api_graph(data: Any) -> bool:
    """True where *data* is an API graph: nodes by id, each with its class."""
    return (
        isinstance(data, Mapping)
        and bool(data)
        and all(
            isinstance(node, Mapping) and isinstance(node.get("class_type"), str)
            for node in data.values()
        )
    )


def read_metadata(data: bytes) -> Found:
    """Read what the picture *data* says. Raises WorkflowError where it is none, or says nothing."""
    if len(data) > MAX_FILE_BYTES:
        raise WorkflowError(
            f"The image has {len(data) / 2**20:.0f} MB; the most is {MAX_FILE_BYTES // 2**20} MB."
        )
    found = Found()
    for key, text in _texts(data):
        found = _with(found, key, text)
    if found:
        return found
    if found.notes:
        raise WorkflowError(found.notes[0])
    raise WorkflowError(
        "The image does not say how it was made: it has no workflow and no settings in it. "
        "Programs and sites that re-save images remove them; use the file as ComfyUI wrote it."
    )


def _with(found: Found, key: str, text: str) -> Found:
    """Add what *text* under *key* says, or a note why it says nothing."""
    try:
        if key == "parameters":
            return found if found.settings else replace(found, settings=parse_parameters(text))
        document = parse_json(text, f"The image's “{key}”")
    except WorkflowError as error:
        return replace(found, notes=(*found.notes, str(error)))
    if key == "workflow" and is_ui_format(document):
        return replace(found, workflow=document)
    if key == "prompt" and is_api_graph(document):
        return replace(found, graph=document)
    return replace(found, notes=(*found.notes, f"The image's “{key}” is no workflow."))


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    """The texts in a picture that matter: ``prompt``, ``workflow`` and ``parameters``."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of size and odd EXIF; nothing is unpacked
            with Image.open(BytesIO(data), formats=FORMATS) as picture:
                texts = {str(k).lower(): v for k, v in picture.info.items() if isinstance(v, str)}
                tags = _tags(picture.info.get("exif"))
    except UnidentifiedImageError as error:
        raise WorkflowError(
            "This is no image that can be read: drop a PNG, WebP, JPEG or AVIF, or a .json file."
        ) from error
    except Image.DecompressionBombError as error:
        raise WorkflowError("The image claims more pixels than any server makes.") from error
    except Exception as error:
        raise WorkflowError("The image is damaged or cut short: send it again.") from error
    yield from ((key, texts[key]) for key in ("prompt", "workflow", "parameters") if key in texts)
    for tag, value in tags:
        yield from _from_tag(tag, value)


def _tags(exif: Any) -> list[tuple[int, Any]]:
    """The EXIF tags; ``getexif`` would unpack the whole picture in search of them."""
    found = Image.Exif()
    if isinstance(exif, bytes):
        found.load(exif)
    return [*found.items(), *found.get_ifd(ExifTags.IFD.Exif).items()]


def _from_tag(tag: int, value: Any) -> Iterator[tuple[str, str]]:
    if tag == ExifTags.Base.UserComment and isinstance(value, bytes):
        yield from _from_comment(value)
    elif isinstance(value, str):
        key, _, text = value.partition(":")
        if key.strip().lower() in ("prompt", "workflow") and text.lstrip().startswith("{"):
            yield key.strip().lower(), text.strip("\0 ")


def _from_comment(value: bytes) -> Iterator[tuple[str, str]]:
    """EXIF says big endian or the file's own order; writers do both, so what reads as text wins."""
    charset, text = _CHARSETS.get(value[:8]), value[8:]
    if charset is None:
        charset, text = "utf-8", value
    tries = ("utf-16-be", "utf-16-le") if charset == "utf-16" else (charset,)
    decoded = [text.decode(one, "replace").strip("\0\ufeff ") for one in tries]
    best = max(decoded, key=lambda one: sum(map(str.isascii, one[:500])))
    if best.startswith("{"):
        yield "workflow" if '"nodes"' in best else "prompt", best
    elif best:
        yield "parameters", best


def _from_text(data: bytes, what: str) -> Found:
    settings = parse_parameters(data[:MAX_FILE_BYTES].decode("utf-8-sig", "replace"))
    if not settings:
        raise WorkflowError(f"{what} is no text as A1111 writes it: it has no settings in it.")
    return Found(settings=settings)


def _short(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2] or "the file"
    return name if len(name) <= 80 else name[:80] + "…"
