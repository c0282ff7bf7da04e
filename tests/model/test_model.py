"""Histories at random. `tests.model.many` runs thousands; what was found stands in test_found."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.model.machine import Model
from tests.model.many import STEPS
from tests.model.worlds import Worlds

HISTORIES = 20

FEW = settings(
    max_examples=HISTORIES,
    stateful_step_count=STEPS,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_both_promises_hold_whatever_happens(worlds: Worlds) -> None:
    assert worlds
    run_state_machine_as_test(Model, settings=FEW)
