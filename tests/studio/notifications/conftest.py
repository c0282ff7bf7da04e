"""A house with hooks, and somebody whom they tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.studio.notifications.house import House, Open
from tests.support.receiver import Receiver


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Open]:
    """Open houses on one folder, one after the other."""
    opened: list[House] = []

    def open_() -> House:
        for earlier in opened:
            earlier.close()
        opened[:] = [House(tmp_path / "data")]
        return opened[0]

    yield open_
    for house in opened:
        house.close()


@pytest.fixture
def house(open_house: Open) -> House:
    return open_house()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found
