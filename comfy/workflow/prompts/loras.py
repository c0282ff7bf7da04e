"""LoRAs named in a prompt: ``<lora:NAME>``, ``<lora:NAME:0.8>``, ``<lora:NAME:0.8:0.6>``. Pure.

As A1111 reads them: one number is for model and text encoders alike; of two the first is for the
text encoders, the second for the model; ``te=0.8`` and ``unet=0.6`` say which is meant. They are no
words of the prompt: they are taken out of it, and the LoRAs follow those that are chosen otherwise.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from comfy.workflow.limits import MAX_LORAS
from comfy.workflow.loras import MOST_WEIGHT, LoraUse
from comfy.workflow.model_names import KEYS, lacking
from comfy.workflow.shortened import shortened

_TAG = re.compile(r"<\s*(lora|lyco|hypernet)\s*:([^<>\n]{0,1200})>", re.IGNORECASE)
_WEIGHT = re.compile(r"[+-]?(?:\d{1,6}(?:\.\d{0,12})?|\.\d{1,12})")
_DRAWN = re.compile(r"[{}|]|__.+__")
_NAMED = {"te": "clip", "unet": "model"}
_BLANKS = " \t"
MAX_SAID = 80
NEAR, MOST_NEAR = 0.4, 3
"""How alike (0…1) a name must be to be offered instead, and how many are."""
AMBIGUOUS_SHOWN = 4
MOST_SAID = 5
"""Sentences about the tags of one pair of prompts; they are mended one by one."""
_LONG, _TAIL = 4000, 200
"""Characters that are kept at hand while tags are taken out, and how many of these are needed."""


@dataclass(frozen=True, slots=True)
class Tag:
    """One as it is written: its name there, and its weights; `clip_weight` None for the same."""

    name: str
    weight: float = 1.0
    clip_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Plain:
    """A text without its tags; `problems` are sentences on those that cannot be read."""

    text: str
    tags: tuple[Tag, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Prompts without their tags, all LoRAs in order, and sentences on what cannot be used."""

    prompt: str
    negative: str
    loras: tuple[LoraUse, ...]
    problems: tuple[str, ...] = ()


class Known:
    """The LoRAs that servers offer; *names* None while no server has answered."""

    def __init__(self, names: Sequence[str] | None) -> None:
        self.names = names
        self._tables: dict[int, Mapping[str, list[str]]] = {}

    def meant(self, name: str) -> tuple[str, ...]:
        """All that *name* can mean: itself, else in any folder, of any ending, in any case."""
        if self.names is None:
            return (name,)
        for level, key in enumerate(KEYS):
            if (wanted := key(name)) and (found := self._table(level).get(wanted, ())):
                return tuple(found)
        return ()

    def spelled(self, one: LoraUse) -> LoraUse:
        """*one* by the name that a server has for it, where that is clear."""
        meant = self.meant(one.name)
        return one.model_copy(update={"name": meant[0]}) if len(meant) == 1 else one

    def near(self, name: str) -> list[str]:
        """The names that are most like *name*, which means none of them."""
        bare = {KEYS[-2](one): one for one in reversed(self.names or ())}
        alike = get_close_matches(KEYS[-2](name), bare, MOST_NEAR, NEAR)
        return [bare[one] for one in alike]

    def _table(self, level: int) -> Mapping[str, list[str]]:
        """The names by that one of `KEYS`; made once, for there may be ten thousand."""
        if level not in self._tables:
            table: dict[str, list[str]] = {}
            for one in self.names or ():
                table.setdefault(KEYS[level](one), []).append(one)
            self._tables[level] = table
        return self._tables[level]


def has_tag(text: str) -> bool:
    """Whether *text* names LoRAs or their like."""
    return _TAG.search(text) is not None


def first_tag(text: str) -> str:
    """The first of them in *text*, as it is written; "" for none."""
    found = _TAG.search(text)
    return found[0] if found else ""


def read(text: str) -> Plain:
    """Take the tags out of *text*; nothing else in it changes but the blanks and commas at them."""
    kept, at = "", 0
    done: list[str] = []
    tags: list[Tag] = []
    problems: list[str] = []
    for found in _TAG.finditer(text):
        kept = _joined(kept, text[at : found.start()], is_seam=at > 0)
        at = found.end()
        if len(kept) > _LONG:  # what is far behind is not looked at again
            done.append(kept[:-_TAIL])
            kept = kept[-_TAIL:]
        tag = _tag(found[0], found[1].lower(), found[2])
        if isinstance(tag, Tag):
            tags.append(tag)
        else:
            problems.append(tag)
    kept = _joined(kept, text[at:], is_seam=at > 0)
    return Plain("".join((*done, kept)), tuple(tags), tuple(dict.fromkeys(problems)))


def wrong(prompt: str, negative: str, known: Known) -> tuple[str, ...]:
    """Sentences on tags that cannot be used, of prompts as they are typed.

    What is still to be drawn within a tag is not looked at.
    """
    return take(_sure(prompt), _sure(negative), (), known).problems


def _sure(text: str) -> str:
    """*text* without the tags in which something is drawn."""
    return _TAG.sub(lambda tag: "" if _DRAWN.search(tag[0]) else tag[0], text)


def take(prompt: str, negative: str, chosen: Sequence[LoraUse], known: Known) -> Found:
    """Both prompts without tags, and *chosen* with the LoRAs that they name.

    One that is chosen already, and is on, keeps its place and takes the weight of its tag; of two
    tags for one LoRA the last counts.
    """
    first, second = read(prompt), read(negative)
    problems = dict.fromkeys((*first.problems, *second.problems))
    loras = {number: known.spelled(one) for number, one in enumerate(chosen)}
    places = {one.name: number for number, one in loras.items() if one.on}
    for tag in (*first.tags, *second.tags):
        meant = known.meant(tag.name)
        if len(meant) != 1:
            if len(problems) < MOST_SAID:  # what is near takes long to find among many
                problems[_unclear(tag.name, meant, known)] = None
            continue
        place = places.setdefault(meant[0], len(loras))
        loras[place] = LoraUse(name=meant[0], weight=tag.weight, clip_weight=tag.clip_weight)
    if sum(one.on for one in loras.values()) > MAX_LORAS:
        problems[f"The most LoRAs of one image are {MAX_LORAS}: take some out."] = None
    said = tuple(problems)[:MOST_SAID]
    return Found(first.text, second.text, tuple(loras.values()), said)


def _unclear(name: str, meant: Sequence[str], known: Known) -> str:
    if meant:
        some = ", ".join(f"“{_short(one)}”" for one in meant[:AMBIGUOUS_SHOWN])
        return f"LoRA “{_short(name)}” may mean any of {some}: write its folder too."
    return lacking("LoRA", _short(name), [_short(one) for one in known.near(name)])


def _tag(whole: str, kind: str, inner: str) -> Tag | str:
    """The tag, or a sentence on what is wrong with it."""
    name, *parts = (one.strip() for one in inner.split(":"))
    said = _short(whole)
    if kind == "lyco":
        return f"“{said}”: LyCORIS files are loaded as LoRAs: write <lora:{_short(name)}>."
    if kind == "hypernet":
        return f"“{said}”: hypernetworks cannot be used here: take it out of the prompt."
    if not name:
        return f"“{said}” names no LoRA: write <lora:NAME:0.8>."
    numbers: dict[str, float] = {}
    for place, part in enumerate(parts):
        key, value = _part(place, part)
        if not key:
            return f"“{said}”: “{_short(part)}” cannot be used here: take it out of the tag."
        if not _WEIGHT.fullmatch(value) or not math.isfinite(number := float(value)):
            return f"“{said}”: “{_short(value)}” is no weight: write <lora:{_short(name)}:0.8>."
        if abs(number) > MOST_WEIGHT:
            return f"“{said}”: a weight is from -{MOST_WEIGHT:g} to {MOST_WEIGHT:g}."
        numbers[key] = number
    clip = numbers.get("clip", 1.0)
    weight = numbers.get("model", clip)
    return Tag(name, weight, None if clip == weight else clip)


def _part(place: int, part: str) -> tuple[str, str]:
    """What a part of a tag is for, "" for what is not known, and its value."""
    named, equals, value = part.partition("=")
    if equals:
        return _NAMED.get(named.strip().lower(), ""), value.strip()
    return ("clip", "model", "")[min(place, 2)], part


def _joined(left: str, right: str, *, is_seam: bool) -> str:
    """What stood before a tag and what stands after it, as if it had never been there."""
    if not is_seam:
        return right
    before, after = left.rstrip(_BLANKS), right.lstrip(_BLANKS)
    begins = not before or before[-1] == "\n"
    if after.startswith(",") and (begins or before[-1] == ","):
        after = after[1:].lstrip(_BLANKS)
    if not after or after[0] == "\n":
        return before.rstrip(_BLANKS + ",") + after if before.endswith(",") else before + after
    was_apart = len(before) < len(left) or len(after) < len(right)
    return before + ("" if begins or after[0] == "," or not was_apart else " ") + after


def _short(text: str) -> str:
    return shortened(text, MAX_SAID)
