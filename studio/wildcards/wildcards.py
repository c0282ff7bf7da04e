"""The wildcard lists that a person's prompts may draw from: their own, and the installation's."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from comfy.workflow.prompts.limits import Every, ExpandError
from comfy.workflow.prompts.lists import Lists, read_lines
from comfy.workflow.prompts.prompts import PROMPT, Prompts
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid
from studio.generations.seeds import RANDOM_SEEDS, drawn
from studio.wildcards.files import read_files
from studio.wildcards.own import OwnLists

MAX_EXAMPLES = 20
Lines = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """One list by its name: how many entries it has, and whether it is one's own to change."""

    name: str
    entries: int
    is_own: bool


class Wildcards:
    """Everybody's `own` lists, and files below the *data folder*, which everybody may draw from.

    Of two with the same name one's own counts.
    """

    def __init__(self, store: Store, data_folder: Path) -> None:
        self.own = OwnLists(store)
        self._folder = data_folder

    def lists(self, owner: str, unsaved: Mapping[str, str] | None = None) -> Lists:
        """All that *owner* may draw from, with *unsaved* texts by name; read once it is needed."""

        def read() -> Lines:
            texts = {**self.own.texts(owner), **(unsaved or {})}
            own = {name: read_lines(text) for name, text in texts.items()}
            return {**read_files(self._folder), **own}

        return Lists(_Read(read))

    def all(self, viewer: Viewer) -> list[Listed]:
        """Every list that the viewer may draw from, in order of name."""
        own = self.own.texts(viewer.owner)
        found = {n: Listed(n, len(lines), is_own=False) for n, lines in self._files().items()}
        found |= {n: Listed(n, len(read_lines(text)), is_own=True) for n, text in own.items()}
        return [found[name] for name in sorted(found)]

    def text(self, viewer: Viewer, name: str) -> tuple[str, bool]:
        """The text of a list, and whether it is the viewer's own. Raises StudioError."""
        own = self.own.texts(viewer.owner)
        if name in own:
            return own[name], True
        lines = self._files().get(name)
        if lines is None:
            raise Absent("list")
        return "\n".join(lines), False

    def examples(
        self,
        viewer: Viewer,
        text: str,
        many: int,
        seed: int | None = None,
        unsaved: Mapping[str, str] | None = None,
    ) -> list[str]:
        """*text* drawn so often, by *seed* and those after it, else by chance.

        *unsaved* are texts of lists as they are being typed. Raises Invalid with a sentence.
        """
        first = drawn((0, RANDOM_SEEDS - 1)) if seed is None else seed
        prompts = Prompts({PROMPT: text}, self.lists(viewer.owner, unsaved))
        try:
            prompts.count()
            seeds = range(first, first + min(many, MAX_EXAMPLES))
            return [next(prompts.drawn(one))[PROMPT] for one in seeds]
        except ExpandError as error:
            raise Invalid(str(error), {"prompt": str(error)}) from error

    def count(self, viewer: Viewer, texts: Mapping[str, str]) -> int:
        """How many combinations *texts* have, exactly, or `COUNTED`. Raises ExpandError."""
        return Prompts(texts, self.lists(viewer.owner), Every.LINES).count()

    def _files(self) -> Lines:
        return read_files(self._folder)


class _Read(Mapping[str, tuple[str, ...]]):
    """Lines by name, read at the first look."""

    def __init__(self, read: Callable[[], Lines]) -> None:
        self._read = read

    @cached_property
    def _lines(self) -> Lines:
        return self._read()

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._lines[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)
