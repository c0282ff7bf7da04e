"""What is said of presets that a server cannot run."""

import pytest

from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.presets import PRESETS
from studio.errors import StudioError
from studio.workflows.looks import MAX_LABEL, typed_label
from studio.workflows.shipped import lack
from tests.support.workflow_samples import catalogue, read


def test_models_that_lack_are_said_with_their_folders() -> None:
    assert lack(PRESETS["txt2img_qwen"], catalogue()) == (
        "This server lacks a Qwen-Image diffusion model in models/diffusion_models, "
        "a Qwen 2.5 VL text encoder in models/text_encoders."
    )


def test_nodes_that_lack_are_said_by_name() -> None:
    info = {name: node for name, node in read("object_info").items() if "Load" not in name}
    assert lack(PRESETS["upscale"], parse_catalogue(info)) == (
        "This server lacks the nodes LoadImage, UpscaleModelLoader."
    )


def test_a_field_name_that_is_too_long_is_refused_not_cut() -> None:
    assert typed_label(f" {'x' * MAX_LABEL} ") == "x" * MAX_LABEL
    with pytest.raises(StudioError, match="at most 120 characters"):
        typed_label("x" * (MAX_LABEL + 1))
