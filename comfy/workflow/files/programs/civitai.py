"""What Civitai's generator keeps beside ComfyUI's graph: JSON in JSON. Pure."""

from collections.abc import Mapping

from comfy.errors import WorkflowError
from comfy.workflow.files.programs.settings import Fields, Settings
from comfy.workflow.json_text import parse_json


def civitai_settings(text: str) -> Settings | None:
    """What Civitai's generator keeps beside its graph, JSON in JSON; None where that is none."""
    try:
        data = parse_json(text, "The file’s “extraMetadata”")
    except WorkflowError:
        return None
    if not isinstance(data, Mapping) or not isinstance(data.get("prompt"), str):
        return None
    fields = Fields("Civitai", data)
    fields.prompts("prompt", "negativePrompt")
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "cfgScale")
    fields.seed("seed")
    fields.size(fields.value("width"), fields.value("height"))
    fields.sampling(fields.value("sampler"), fields.value("scheduler"))
    return fields.settings()
