"""What an API graph asks for, as far as it says so without a server's catalogue. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from comfy.graph.plan import links
from comfy.protocol.json_values import real, whole
from comfy.workflow.files.prompt_text import Words, inputs_of
from comfy.workflow.form.summary import Summary
from comfy.workflow.request import MAX_SEED, RANDOM_SEED

MAX_HOPS = 64
"""Links followed from a sampler to what encodes a text."""
_SEEDS = ("seed", "noise_seed")
_WAYS = (("positive", "positive"), ("guider", "positive"), ("negative", "negative"))
"""Name of a sampler's input, and which prompt comes that way. Positive first: a negative made of
the same text (zeroed out) is none of its own."""
_TEXTS = ("text", "prompt", "value", "text_g", "clip_l", "t5xxl", "positive_prompt")


def outline(graph: Mapping[str, Any]) -> Summary:
    """The first value of each meaning in *graph*; "" or 0 where it has none."""
    values = list(_values(graph))
    words = Words(graph)
    texts = _texts(graph, words)

    def first(kind: type, *names: str) -> Any:
        found = (v for _, name, v in values if name in names)
        numbers = (v if kind is str else words.number(v) for v in found)
        return next((v for v in numbers if _is(v, kind)), kind())

    return Summary(
        texts.get("positive", ""),
        texts.get("negative", ""),
        first(str, "ckpt_name", "unet_name", "model_name"),
        first(str, "lora_name"),
        first(str, "sampler_name"),
        first(str, "scheduler"),
        whole(first(int, "width")),
        whole(first(int, "height")),
        whole(first(int, "steps")),
        real(first(float, "cfg", "guidance")),
        next((v for _, _, v in _seeds(graph) if is_seed(v)), 0),
        whole(first(int, "batch_size")) or 1,
    )


def seed_keys(graph: Mapping[str, Any]) -> list[str]:
    """Keys (node.input) of the seeds of *graph*, in order."""
    return [f"{node}.{name}" for node, name, _ in _seeds(graph)]


def is_seed(value: Any) -> bool:
    """Whether *value* is a seed that can be sent: -1 and what is over 64 bits is none."""
    return _is(value, int) and 0 <= value <= MAX_SEED


def has_seed(graph: Mapping[str, Any]) -> bool:
    """Whether *graph* says which seed it was made with."""
    return any(is_seed(value) for _, _, value in _seeds(graph))


def drawable(graph: Mapping[str, Any]) -> dict[str, Any]:
    """*graph* with RANDOM_SEED for each seed that is none, so that one is drawn for it."""
    fixed = dict(graph)
    for node, name, value in _seeds(graph):
        if not is_seed(value):
            inputs = {**inputs_of(fixed[node]), name: RANDOM_SEED}
            fixed[node] = {**fixed[node], "inputs": inputs}
    return fixed


def _seeds(graph: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for node, content in graph.items():
        for name, value in inputs_of(content).items():
            if name.endswith("seed") and _is(value, int):
                last = name.rpartition(".")[2]
                if last in _SEEDS:
                    yield str(node), last, value


def _texts(graph: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The texts that samplers read, else the first text there is as the positive one."""
    texts: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, way in _WAYS:
        for node in graph.values():
            if (source := inputs_of(node).get(name)) is None:
                continue
            found = _conditioning(graph, source, way, words)
            own = {one: text for one, text in found.items() if taken.setdefault(one, way) == way}
            if own:
                texts.setdefault(way, "\n".join(dict.fromkeys(own.values())))
    if not texts:
        named = (v for _, name, v in _values(graph) if name in ("text", "prompt"))
        texts["positive"] = next((text for v in named if (text := words.of(v)).strip()), "")
    return texts


def _conditioning(graph: Mapping[str, Any], source: Any, way: str, words: Words) -> dict[str, str]:
    """The nearest texts above *source* by node, going the *way* where there are two."""
    level, seen = [one for one, _ in links({"inputs": {"": source}})], set[str]()
    for _ in range(MAX_HOPS):
        found = {one: text for one in level if (text := _encoded(graph.get(one), way, words))}
        if found or not level:
            return found
        seen.update(level)
        above = [source for one in level for source in _above(graph.get(one), way)]
        level = [source for source in dict.fromkeys(above) if source not in seen]
    return {}


def _encoded(node: Any, way: str, words: Words) -> str:
    """What a node that encodes text encodes; "" for any other."""
    inputs = inputs_of(node)
    named = [name for name in _TEXTS if name in inputs]
    return next((text for name in named if (text := words.of(inputs[name], way=way)).strip()), "")


def _above(node: Any, way: str) -> list[str]:
    """What feeds *node*; where it takes both kinds of conditioning, only that of the *way*."""
    both = [links({"inputs": {"": inputs_of(node).get(one)}}) for one in ("positive", "negative")]
    if all(both):
        return [both[way == "negative"][0][0]]
    return [source for source, _ in links(node)]


def _values(graph: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Node, name and value of every input."""
    for node, content in graph.items():
        for name, value in inputs_of(content).items():
            yield str(node), str(name).rpartition(".")[2], value


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
