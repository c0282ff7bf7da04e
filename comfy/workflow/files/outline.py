"""What an API graph asks for, as far as it says so without a server's catalogue. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from comfy.protocol.json_values import real, whole
from comfy.workflow.form.summary import Summary
from comfy.workflow.form.text_roles import text_roles
from comfy.workflow.request import MAX_SEED

_SEEDS = ("seed", "noise_seed")


def outline(graph: Mapping[str, Any]) -> Summary:
    """The first value of each meaning in *graph*; "" or 0 where it has none."""
    values = list(_values(graph))
    texts = _texts(graph)

    def first(kind: type, *names: str) -> Any:
        found = (v for _, name, v in values if name in names and _is(v, kind))
        return next(found, kind())

    return Summary(
        texts.get("prompt", ""),
        texts.get("negative", ""),
        first(str, "ckpt_name", "unet_name", "model_name"),
        first(str, "lora_name"),
        first(str, "sampler_name"),
        first(str, "scheduler"),
        whole(first(int, "width")),
        whole(first(int, "height")),
        whole(first(int, "steps")),
        real(first(float, "cfg", "guidance")),
        whole(first(int, *_SEEDS), MAX_SEED),
        whole(first(int, "batch_size")) or 1,
    )


def seed_keys(graph: Mapping[str, Any]) -> list[str]:
    """Keys (node.input) of the seeds of *graph*, in order."""
    found = _values(graph)
    return [f"{node}.{name}" for node, name, v in found if name in _SEEDS and _is(v, int)]


def _texts(graph: Mapping[str, Any]) -> dict[str, str]:
    """The first text of each role, else the first text there is as the prompt."""
    texts: dict[str, str] = {}
    for key, role in text_roles(graph).items():
        node, _, name = key.rpartition(".")
        text = graph[node]["inputs"][name]
        if text.strip():
            texts.setdefault(role, text)
    if not texts:
        found = (v for _, name, v in _values(graph) if name in ("text", "prompt") and _is(v, str))
        texts["prompt"] = next(found, "")
    return texts


def _values(graph: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Node, name and value of every input."""
    for node, content in graph.items():
        inputs = content.get("inputs") if isinstance(content, Mapping) else None
        for name, value in inputs.items() if isinstance(inputs, Mapping) else ():
            yield str(node), str(name).rpartition(".")[2], value


def _is(value: Any, kind: type) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) if kind is float else isinstance(value, kind)
