"""The wildcard lists that a person's prompts may draw from."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from comfy.workflow.prompts.lists import Lists
from studio.wildcards.files import read_files


class Wildcards:
    """Files below the *data folder*, which everybody may draw from."""

    def __init__(self, data_folder: Path) -> None:
        self._folder = data_folder

    def lists(self, owner: str) -> Lists:  # noqa: ARG002 # who asks decides what there is
        """All that *owner* may draw from; read once something is drawn."""
        return Lists(_Read(lambda: read_files(self._folder)))


class _Read(Mapping[str, tuple[str, ...]]):
    """Lines by name, read at the first look."""

    def __init__(self, read: Callable[[], Mapping[str, tuple[str, ...]]]) -> None:
        self._read = read

    @cached_property
    def _lines(self) -> Mapping[str, tuple[str, ...]]:
        return self._read()

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._lines[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)
