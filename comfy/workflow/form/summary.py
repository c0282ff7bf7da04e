"""What a graph asks for in the words that people search and compare by. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comfy.protocol.json_values import real, whole
from comfy.workflow.form.form import Form, Kind
from comfy.workflow.form.order import NEGATIVE, PROMPT
from comfy.workflow.request import MAX_SEED


@dataclass(frozen=True, slots=True)
class Summary:
    """The first field of each meaning; "" or 0 where a graph has none."""

    prompt: str = ""
    negative_prompt: str = ""
    checkpoint: str = ""
    lora: str = ""
    sampler: str = ""
    scheduler: str = ""
    width: int = 0
    height: int = 0
    steps: int = 0
    cfg: float = 0.0
    seed: int = 0
    batch: int = 1


def summarize(form: Form, values: Mapping[str, Any]) -> Summary:
    """Summarize *form* with *values* by field key."""

    def first(role: str) -> Any:
        for one in form.fields:
            if one.role == role:
                return values.get(one.key, one.value)
        return None

    def text(role: str) -> str:
        texts = (one for one in form.fields if one.role == role and one.kind is Kind.PROMPT)
        return next((str(values.get(one.key, one.value)) for one in texts), "")

    return Summary(
        text(PROMPT),
        text(NEGATIVE),
        _text(first("ckpt_name")),
        _text(first("lora_name")),
        _text(first("sampler_name")),
        _text(first("scheduler")),
        whole(first("width")),
        whole(first("height")),
        whole(first("steps")),
        real(first("cfg")),
        whole(first("seed"), MAX_SEED),
        whole(first("batch_size")) or 1,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
