"""Records as the API spells them."""

import json
from dataclasses import replace

import pytest

from comfy.client.reconcile.freshness import Freshness, Link
from storage.records import Status
from studio.queue.places import Entry
from studio.snapshot import Snapshot
from tests.support.records import generation, image
from web.api.shapes.generations import entry_shape, generation_shape, progress_shape

WORKFLOW = {"workflow": "w", "values": {}, "uploads": {}, "seeds": []}
NOTHING = generation(request=WORKFLOW, width=0, height=0, steps=0, cfg=0.0, seed=0)


def test_what_a_workflow_does_not_have_is_null() -> None:
    shape = generation_shape(NOTHING)
    assert {shape[name] for name in ("width", "height", "steps", "cfg", "seed")} == {None}
    seeded = replace(NOTHING, request=WORKFLOW | {"seeds": ["3.seed"]}, seed=2**64 - 1)
    assert generation_shape(seeded)["seed"] == str(2**64 - 1)
    made = generation_shape(replace(NOTHING, images=(image(0),)))
    assert (made["width"], made["height"]) == (512, 768)
    json.dumps(shape, allow_nan=False)


def test_texts_are_in_the_record_and_in_the_last_message() -> None:
    record = replace(NOTHING, status=Status.FINISHED, texts=("a red fox", "🦊"))
    assert generation_shape(record)["texts"] == ["a red fox", "🦊"]
    message = progress_shape(Snapshot(record), ())
    assert (message["type"], message["texts"]) == ("complete", ["a red fox", "🦊"])


@pytest.mark.parametrize("denied", [True, False])
def test_whatever_keeps_a_job_waiting_is_its_notice(*, denied: bool) -> None:
    why = "gpu answers 401: check its login."
    freshness = Freshness(Link.UNREACHABLE, error=why, denied=denied)
    entry = entry_shape(Snapshot(NOTHING, freshness=freshness, place=1), Entry(1))
    assert entry["notice"].startswith(why)
    assert entry_shape(Snapshot(NOTHING, place=3), Entry(3))["notice"] == ""
    held = replace(NOTHING, held=True)
    assert "release" in entry_shape(Snapshot(held, place=1), Entry(1))["notice"]
