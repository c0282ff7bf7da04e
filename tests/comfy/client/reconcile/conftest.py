"""A reconciler under test."""

from collections.abc import Iterator

import pytest

from comfy.client.timeouts import Cadence
from tests.comfy.client.reconcile.looker import Looker, looking


@pytest.fixture
def looker() -> Iterator[Looker]:
    with looking() as looker:
        yield looker


@pytest.fixture
def hasty() -> Iterator[Looker]:
    """Whose second look is always late enough."""
    with looking(Cadence(lost_after=0.0, settle_patience=0.0, unreadable_patience=0.0)) as looker:
        yield looker
