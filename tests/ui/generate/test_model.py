"""What the form shows for a model."""

import pytest

from comfy.workflow.families.detect import Told
from comfy.workflow.families.known import FAMILIES
from studio.models.models import Looked
from ui.generate.model import details


@pytest.mark.parametrize(("family", "lacks"), [("sdxl", False), ("stable-audio", True)])
def test_loras_are_hidden_for_a_family_that_takes_none(family: str, lacks: bool) -> None:
    told = details(Looked("m", Told(FAMILIES[family], "chosen")))
    assert ("loras" in told["lacks"]) is lacks
