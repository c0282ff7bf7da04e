"""Wildcards of an installation: ``data/wildcards/animals/cats.txt`` is ``__animals/cats__``."""

import codecs
import logging
from pathlib import Path

from comfy.workflow.prompts.lists import read_lines

log = logging.getLogger(__name__)

FOLDER = "wildcards"
MAX_FILES = 1_000
MAX_BYTES = 4 * 2**20
"""Of one file; what is longer is cut there."""


def read_files(data_folder: Path) -> dict[str, tuple[str, ...]]:
    """Every wildcard file below the data folder; those that cannot be read are left out."""
    folder = data_folder / FOLDER
    files = sorted(folder.rglob("*.txt"))[:MAX_FILES] if folder.is_dir() else []
    found = {}
    for file in files:
        try:
            with file.open("rb") as opened:
                text = decoded(opened.read(MAX_BYTES))
        except OSError as error:
            log.warning("the wildcards in %s cannot be read: %s", file.name, error.strerror)
            continue
        found[file.relative_to(folder).with_suffix("").as_posix()] = read_lines(text)
    return found


def decoded(data: bytes) -> str:
    """The text of a file as editors write it: with a mark of its encoding, in UTF-8, else Windows'.

    A character that is cut in two at the end is left out.
    """
    for mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        if data.startswith(mark):
            return data.decode("utf-16", "ignore")
    try:
        whole = codecs.getincrementaldecoder("utf-8-sig")()
        return whole.decode(data, final=len(data) < MAX_BYTES)
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
