from collections.abc import Iterator

import pytest

from tests.model.machine import Model
from tests.model.worlds import Worlds


@pytest.fixture(scope="module")
def worlds() -> Iterator[Worlds]:
    with Worlds() as worlds:
        yield worlds


@pytest.fixture
def model(worlds: Worlds) -> Iterator[Model]:
    """A history to be told step by step; its end is waited for, and checked."""
    assert worlds
    model = Model()
    model.world.begin()
    yield model
    model.teardown()
