"""The texts in a file → what they say, whichever program wrote them and wherever. Pure.

ComfyUI writes ``prompt`` and ``workflow``: as PNG text, as tags of videos and sounds, and in EXIF
as ``prompt:{…}``. Video Combine puts both into one ``comment``. A1111 and Forge write
``parameters``, SwarmUI and Fooocus JSON under that name, and all of them an EXIF UserComment where
there is no PNG text; InvokeAI, NovelAI and Draw Things have keys of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.files.documents import comfy_document
from comfy.workflow.files.found import Found
from comfy.workflow.files.programs.a1111 import parse_parameters
from comfy.workflow.files.programs.invoke import dream_settings
from comfy.workflow.files.programs.known import settings_in
from comfy.workflow.json_text import parse_json

_COMFY = ("prompt", "workflow")
_NAMED = (*_COMFY, "parameters", "invokeai_metadata", "sd-metadata")
"""Keys that hold nothing else: what cannot be read in them is worth a sentence."""
_LAST = "dream"
"""InvokeAI's oldest key, which says less than what may stand beside it."""
_FREE = ("parameters", "usercomment", "comment", "description", "exif-010e")
"""Keys that may hold A1111's text."""


def read_texts(texts: Iterable[tuple[str, str]]) -> Found:
    """What pairs of key and text say. The first that names something counts."""
    found = Found()
    for key, text in sorted(texts, key=_rank):
        try:
            found = _joined(found, _read(key, text))
        except WorkflowError as error:
            found = replace(found, notes=(*found.notes, str(error)))
    return found


def _rank(pair: tuple[str, str]) -> int:
    key = pair[0]
    return 0 if key in _NAMED else 2 if key == _LAST else 1


def _read(key: str, text: str) -> Found:
    """What one text says. Raises WorkflowError where it should say something, and does not."""
    name, _, rest = text.partition(":")
    if name.strip().lower() in _COMFY and rest.lstrip().startswith("{"):
        key, text = name.strip().lower(), rest
    if key in _COMFY:
        return _comfy(key, text)
    if key == _LAST:
        return Found(settings=dream_settings(text))
    if text.startswith("{"):
        return _object(key, text)
    return Found(settings=parse_parameters(text)) if key in _FREE else Found()


def _comfy(key: str, text: str) -> Found:
    document = parse_json(text, f"The file's “{key}”")
    found = comfy_document(document) if isinstance(document, Mapping) else Found()
    if not found:
        raise WorkflowError(f"The file's “{key}” is no workflow.")
    return found


def _object(key: str, text: str) -> Found:
    what = f"The file's “{key}”"
    try:
        document = parse_json(text, what)
    except WorkflowError:
        # A1111's text may begin with a brace: a choice in its prompt.
        settings = parse_parameters(text) if key in _FREE else None
        if key in _NAMED and not (settings and settings.steps):
            raise
        return Found(settings=settings)
    return _of_object(document) if isinstance(document, Mapping) else Found()


def _of_object(document: Mapping[str, Any]) -> Found:
    """NovelAI's hidden text is its PNG texts as one object, with ``Comment`` as one of them."""
    inner = document.get("Comment")
    if isinstance(inner, str) and inner.lstrip().startswith("{"):
        document = parse_json(inner, "The file's “Comment”")
        if not isinstance(document, Mapping):
            return Found()
    settings = settings_in(document)
    return Found(settings=settings) if settings else comfy_document(document)


def _joined(found: Found, more: Found) -> Found:
    return Found(
        found.graph or more.graph,
        found.workflow or more.workflow,
        found.settings or more.settings,
        found.preset or more.preset,
        (*found.notes, *more.notes),
    )
