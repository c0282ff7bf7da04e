"""Files of wildcards as other programs have them → lists by name, and lists → a ZIP file. Pure.

A text file is one list, a YAML file a tree of them; a ZIP file holds both, in folders.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

import yaml

from studio.errors import StudioError
from studio.wildcards.files import decoded
from studio.wildcards.own import MAX_ALL, MAX_LISTS, MAX_NAME

MAX_FILE = 2**24
"""Bytes of an imported file."""
MAX_YAML = 2**18
MAX_DEPTH, MAX_BRANCHES = 12, 10_000
TEXTS, TREES = (".txt",), (".yaml", ".yml")
_UNFIT = re.compile(r"[^\w\-/. ]+|_{2,}|\.{2,}|/{2,}")
_ENDS = "_/. -"
FOLDERS = frozenset({"wildcards", "extensions", "sd-dynamic-prompts"})
"""Folders around lists that are no part of their names."""


def read_bundle(name: str, data: bytes) -> dict[str, str]:
    """The lists in a file called *name*, by name. Raises StudioError with a sentence."""
    if len(data) > MAX_FILE:
        raise StudioError(f"The file is over {MAX_FILE // 2**20} MB.")
    files = _unzipped(data) if zipfile.is_zipfile(io.BytesIO(data)) else iter([(name, data)])
    found: dict[str, str] = {}
    for path, content in files:
        for one, text in _lists(path, content):
            if text.strip():
                found[one] = f"{found[one]}\n{text}" if one in found else text
            if len(found) > MAX_LISTS:
                raise StudioError(f"The file has over {MAX_LISTS} lists.")
    if not found:
        raise StudioError(
            "There are no wildcards in this file: it takes .txt, .yaml, or a .zip of these."
        )
    return found


def zipped(texts: Mapping[str, str]) -> bytes:
    """Lists as a ZIP file of text files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            archive.writestr(f"{name}.txt", text)
    return out.getvalue()


def _unzipped(data: bytes) -> Iterator[tuple[str, bytes]]:
    left = 2 * MAX_ALL
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                path = PurePosixPath(info.filename.replace("\\", "/"))
                if info.is_dir() or path.suffix.lower() not in (*TEXTS, *TREES):
                    continue
                if path.name.startswith(".") or "__MACOSX" in path.parts:
                    continue
                with archive.open(info) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise StudioError("The lists in this file are too large together.")
                yield str(path), content
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise StudioError("This ZIP file is damaged, or locked with a password.") from error
    except ValueError as error:  # a broken stream of zlib's, a name that is none
        raise StudioError("This ZIP file is damaged.") from error


def _lists(path: str, content: bytes) -> Iterator[tuple[str, str]]:
    plain = PurePosixPath(path.replace("\\", "/"))
    parts = [part for part in plain.parts if part not in ("/", "..", ".")]
    parts = [*parts[:-1], *(part[: len(part) - len(plain.suffix)] for part in parts[-1:])]
    while len(parts) > 1 and parts[0].lower() in FOLDERS:
        del parts[0]
    if plain.suffix.lower() in TREES:
        # Its keys are the names, as the folder's own lists are called.
        yield from _branches(_read_yaml(content), tuple(parts[:-1]))
    elif plain.suffix.lower() in TEXTS:
        yield from _named(tuple(parts), decoded(content))


def _read_yaml(content: bytes) -> Any:
    if len(content) > MAX_YAML:
        raise StudioError(f"A YAML file has at most {MAX_YAML // 2**10} kB.")
    try:
        return yaml.load(decoded(content), Loader=yaml.BaseLoader)  # noqa: S506 # makes only texts
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if where := getattr(error, "problem_mark", None):
            raise StudioError(f"This YAML file cannot be read at line {where.line + 1}.") from error
        raise StudioError("This YAML file cannot be read.") from error


def _branches(tree: Any, at: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The lists of a *tree*, in order; one may hold the same branch many times over."""
    stack, seen = [(tree, at)], 0
    while stack:
        branch, path = stack.pop()
        seen += 1
        if seen > MAX_BRANCHES or len(path) > MAX_DEPTH:
            raise StudioError("This YAML file has too many branches.")
        if isinstance(branch, Mapping):
            stack += reversed([(value, (*path, str(key))) for key, value in branch.items()])
        elif isinstance(branch, list):
            lines = (line.replace("\n", " ") for line in branch if isinstance(line, str))
            yield from _named(path, "\n".join(lines))
        elif isinstance(branch, str):
            yield from _named(path, branch)


def _named(parts: tuple[str, ...], text: str) -> Iterator[tuple[str, str]]:
    """The list with a name that prompts can call it by; none without one."""
    cleaned = (_UNFIT.sub("-", part.replace("/", "-")).strip(_ENDS) for part in parts)
    name = "/".join(filter(None, cleaned))[:MAX_NAME].strip(_ENDS)
    if name:
        yield name, text
