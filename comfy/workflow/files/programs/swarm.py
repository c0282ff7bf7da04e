"""SwarmUI: one object under ``sui_image_params``. Pure."""

from collections.abc import Mapping

from comfy.workflow.files.programs.settings import Fields, Lora, Settings, plain_name
from comfy.workflow.files.programs.values import (
    Data,
    inner,
    listed,
    plain_hash,
    take_strength,
    weight_at,
)


def swarm_settings(data: Data) -> Settings:
    """The settings in *data*."""
    given = inner(data, "sui_image_params")
    fields = Fields("SwarmUI", given)
    fields.prompts("prompt", "negativeprompt")
    fields.set("checkpoint", plain_name(fields.value("model")))
    fields.whole("steps", "Steps", "steps")
    fields.number("cfg", "CFG", "cfgscale")
    fields.seed("seed")
    fields.size(fields.value("width"), fields.value("height"))
    fields.sampling(fields.value("sampler"), fields.value("scheduler"))
    models = [one for one in listed(data.get("sui_models")) if isinstance(one, Mapping)]
    hashes = {plain_name(one.get("name")): plain_hash(one.get("hash")) for one in models}
    fields.set("checkpoint_hash", hashes.get(plain_name(given.get("model")), ""))
    weights = listed(given.get("loraweights"))
    fields.loras(
        [
            Lora(plain_name(name), weight_at(weights, number), hashes.get(plain_name(name), ""))
            for number, name in enumerate(listed(given.get("loras")))
        ]
    )
    take_strength(fields, "initimagecreativity")
    return fields.settings()
