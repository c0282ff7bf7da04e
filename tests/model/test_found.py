"""Histories that once went wrong, and the claim that each broke."""

from tests.model.machine import Model

ANN = "user:ann"


def test_what_a_proxy_answers_for_a_file_is_not_kept_as_the_image(model: Model) -> None:
    model.spoil_answers(path="/view", kind="starting", count=3)
    model.press(owner=ANN, steps=1, count=1, retry=False)
    model.wait_for(which=0, what="ended_at")
    model.time_passes(0.15)
