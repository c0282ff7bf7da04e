"""Which family a model is of: by its file's metadata, its name, its folder. Pure.

Names are compared without anything but letters and digits, and the longest word that is found
decides: ``flux1-dev-kontext`` is a Kontext although it is also a ``flux1``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from comfy.workflow.families.family import Family
from comfy.workflow.families.known import FAMILIES, PLAIN

How = Literal["chosen", "metadata", "name", "folder", "guess", ""]
SAYS = ("modelspec.architecture", "ss_base_model_version", "general.architecture")
"""Keys of a file's metadata that name its kind of model, the surest first."""
MAX_READ = 300
"""Characters of a name or of metadata that are looked at."""
_REST = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Told:
    """The `family`, None where nothing says; `how` it is known, and what it may be as well."""

    family: Family | None = None
    how: How = ""
    others: tuple[Family, ...] = ()


def tell(name: str, metadata: Mapping[str, Any] | None = None, *, plain: bool = False) -> Told:
    """The family of the model *name*, as a server spells it, with its file's *metadata*.

    Where *plain*, as for checkpoints, what nothing is known of is guessed to be the plainest.
    """
    folder, _, file = name.replace("\\", "/").rpartition("/")
    named = _best(file, _words)
    placed = _best(folder, _words)
    inside = _inside(metadata or {})
    if inside:
        return _narrowed(inside, named)
    if named:
        return Told(named[0], "name", named[1:])
    if placed:
        return Told(placed[0], "folder", placed[1:])
    return Told(PLAIN, "guess") if plain else Told()


def _narrowed(inside: tuple[Family, ...], named: tuple[Family, ...]) -> Told:
    """What metadata says, as its name has it more exactly; a name that says another is noted."""
    near = [one for one in named if _root(one) in map(_root, inside)]
    if near:
        return Told(near[0], "metadata" if near[0] in inside else "name", tuple(near[1:]))
    return Told(inside[0], "metadata", (*inside[1:], *named))


def _root(family: Family) -> str:
    return family.kin or family.name


def _inside(metadata: Mapping[str, Any]) -> tuple[Family, ...]:
    texts = (metadata.get(key) for key in SAYS)
    told = (_best(text, lambda one: one.architectures) for text in texts if isinstance(text, str))
    return next(filter(None, told), ())


def _words(family: Family) -> tuple[str, ...]:
    return family.words


def _best(text: str, words: Callable[[Family], tuple[str, ...]]) -> tuple[Family, ...]:
    """The families that *text* names, first the one of which the longest word is in it.

    Of its kin no other is named, nor a family whose word is but a part of that word.
    """
    squashed = _REST.sub("", text[:MAX_READ].lower())
    found = {
        family: word
        for family in FAMILIES.values()
        if (word := max((w for w in words(family) if w in squashed), key=len, default=""))
    }
    if not found:
        return ()
    best = max(found, key=lambda one: len(found[one]))
    others = (
        one for one, word in found.items() if word not in found[best] and _root(one) != _root(best)
    )
    return (best, *others)
