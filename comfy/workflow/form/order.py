"""Which inputs come first on a form, in which order, and what they are called. Pure.

An input is known by its name, by what somebody called it, and, where it is the one value of a node
that only gives a value, by what that feeds.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from comfy.graph.plan import links
from comfy.workflow.catalogue import NodeClass
from comfy.workflow.hints import Hint
from comfy.workflow.widget_types import has_widget

PROMPT, NEGATIVE = "prompt", "negative"
FIRST = (
    (PROMPT, "positive_prompt", "text_prompt"),
    (NEGATIVE, "negative_prompt"),
    ("tags",),
    ("lyrics",),
    ("image", "video", "audio", "mask"),
    ("aspect_ratio", "ratio"),
    ("resolution",),
    ("megapixels",),
    ("width",),
    ("height",),
    ("length", "num_frames", "frame_count", "video_frames", "frames"),
    ("duration", "seconds", "video_length"),
    ("fps", "frame_rate", "framerate", "force_rate"),
    ("ckpt_name", "unet_name", "model_name"),
    ("lora_name",),
    ("steps",),
    ("cfg", "guidance"),
    ("sampler_name",),
    ("scheduler",),
    ("denoise",),
    ("seed", "noise_seed"),
    ("batch_size",),
)
"""Inputs that come first, by role or name, in this order."""
LAST = len(FIRST)
SWITCH, SWITCHED = "ComfySwitchNode", frozenset({"on_true", "on_false"})
"""A node that passes one of two values on, and the inputs for these."""
MAX_SWITCHES = 8
FIRST_FILES = frozenset({"image", "video", "audio", "mask"})
_RANK = {name: rank for rank, names in enumerate(FIRST) for name in names}
WANTED = frozenset(
    _RANK[name]
    for name in (
        *(PROMPT, NEGATIVE, "width", "height", "steps", "cfg"),
        *("aspect_ratio", "resolution", "megapixels", "length", "duration", "fps"),
    )
)
"""Places of what comes first even where its node calls it advanced."""
_KNOWN = {"cfg": "CFG", "ckpt name": "Checkpoint", "lora name": "LoRA", "noise seed": "Seed",
          "sampler name": "Sampler", "unet name": "Model", "vae name": "VAE",
          "negative": "Negative prompt"}  # fmt: skip
_ROLES = {PROMPT: "Prompt", NEGATIVE: "Negative prompt"}
_VALUES = frozenset({"INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"})
_OF_KIND = re.compile(r"(?:Int|Float|Boolean|String|Text|Number|Custom Combo)\s*[(（](.+)[)）]")
_NUMBERED = re.compile(r"_\d+$")
_ASIDE = re.compile(r"[(\[].*?[)\]]")


@dataclass(frozen=True, slots=True)
class Called:
    """Everything that *input* could be called by.

    `role` is what samplers read it as, `title` what somebody called its node, `feeds` what its
    node's value goes to, None where that is no node for one value.
    """

    input: str
    role: str
    hint: Hint
    title: str
    feeds: list[str] | None

    @property
    def rank(self) -> int:
        """Its place among what comes first."""
        more = [*self.feeds, self.title] if self.feeds is not None else []
        names = (self.role, self.input, self.hint.name, self.hint.label, *more)
        return min(rank_of(name) for name in names)

    @property
    def label(self) -> str:
        """Its label; "" where its own name is the best."""
        if self.hint.label:
            return capital(self.hint.label)
        if self.hint.name and plain(self.hint.name) != plain(self.input.rpartition(".")[2]):
            return words(self.hint.name)
        if self.role in _ROLES:
            return _ROLES[self.role]
        if self.feeds is None:
            return ""
        best = min([*self.feeds, self.title], key=rank_of)
        if rank_of(best) < LAST and best != self.title:
            return words(best)
        return capital(self.title) or next((words(name) for name in self.feeds), "")


def rank_of(name: str) -> int:
    """The place of *name* among what comes first; LAST for what does not."""
    return min(_RANK.get(one, LAST) for one in (plain(name), plain(name.rpartition(".")[2])))


def plain(name: str) -> str:
    """*name* as inputs are named: ``Frame Rate (per second)`` → ``frame_rate``."""
    text = _ASIDE.sub("", name).strip().lower().replace(" ", "_").replace("-", "_")
    return _NUMBERED.sub("", text.strip("_:")) or text


def words(name: str) -> str:
    """``sampler_name`` → ``Sampler name``; the part after a dynamic combo's key counts."""
    text = name.rpartition(".")[2].replace("_", " ").strip()
    return _KNOWN.get(text) or capital(text)


def capital(text: str) -> str:
    """*text* with its first letter as a capital one."""
    return text[:1].upper() + text[1:]


def fed_by(graph: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the inputs that each node of *graph* feeds, those behind switches too."""
    direct: dict[str, list[tuple[str, str]]] = {}
    for id_, node in graph.items():
        inputs = node.get("inputs") if isinstance(node, Mapping) else None
        for name, value in inputs.items() if isinstance(inputs, Mapping) else ():
            for source, _ in links({"inputs": {name: value}}):
                direct.setdefault(source, []).append((id_, str(name)))

    def names(source: str, depth: int) -> Iterator[str]:
        for id_, name in direct.get(source, ()):
            if name in SWITCHED and graph[id_].get("class_type") == SWITCH and depth < MAX_SWITCHES:
                yield from names(id_, depth + 1)
            else:
                yield name

    return {source: list(dict.fromkeys(names(source, 0))) for source in direct}


def title_of_value(title: str) -> str:
    """What a node for one value is called: of ``Int (Width)`` the part that is not its kind."""
    told = _OF_KIND.fullmatch(title)
    return told[1] if told else title


def is_value(node_class: NodeClass) -> bool:
    """Whether a node only gives the one value that is set on it: the *Int* and *Text* nodes."""
    is_plain = all(kind in _VALUES for kind in node_class.outputs) and node_class.outputs
    inputs = list(node_class.inputs.values())
    return bool(is_plain) and len(inputs) == 1 and has_widget(inputs[0])


def told_apart(labels: list[tuple[str, str]]) -> Iterator[str]:
    """*labels*, each with whose it is: said where one stands twice, with a letter if need be."""
    counts = _counts(label for label, _ in labels)
    both = _counts(labels)
    seen: dict[tuple[str, str], int] = {}
    for label, whose in labels:
        number = seen[label, whose] = seen.get((label, whose), -1) + 1
        if counts[label] == 1:
            yield label
        elif both[label, whose] == 1 and whose.lower() != label.lower():
            yield f"{label} ({whose})"
        elif whose.lower() == label.lower():
            yield f"{label} ({_letter(number)})"
        else:
            yield f"{label} ({whose} {_letter(number)})"


def _counts(items: Any) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for item in items:
        counts[item] = counts.get(item, 0) + 1
    return counts


def _letter(number: int) -> str:
    """0 → A, 25 → Z, 26 → AA: a number would pass for that of a node."""
    text = chr(ord("A") + number % 26)
    return text if number < 26 else _letter(number // 26 - 1) + text
