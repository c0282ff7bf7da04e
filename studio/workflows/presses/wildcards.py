"""Wildcards of an installation: ``data/wildcards/animals/cats.txt`` is ``__animals/cats__``."""

import logging
from pathlib import Path

from comfy.workflow.form.prompt_choices import Wildcards, read_lines

log = logging.getLogger(__name__)

FOLDER = "wildcards"
MAX_FILES = 1_000
MAX_BYTES = 4 * 2**20
"""Of one file; what is longer is cut there."""


def read_wildcards(data_folder: Path) -> Wildcards:
    """Every wildcard file below the data folder; those that cannot be read are left out."""
    folder = data_folder / FOLDER
    files = sorted(folder.rglob("*.txt"))[:MAX_FILES] if folder.is_dir() else []
    found = {}
    for file in files:
        try:
            with file.open("rb") as opened:
                text = opened.read(MAX_BYTES).decode("utf-8", "replace")
        except OSError as error:
            log.warning("the wildcards in %s cannot be read: %s", file.name, error.strerror)
            continue
        found[file.relative_to(folder).with_suffix("").as_posix()] = read_lines(text)
    return found
