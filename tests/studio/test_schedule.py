"""When what waits starts and ends."""

from studio.schedule import Slot, schedule


def test_each_goes_to_the_server_that_is_free_first() -> None:
    assert schedule([10.0, 2.0], [5.0, 5.0, 5.0]) == [
        Slot(2.0, 7.0),
        Slot(7.0, 12.0),
        Slot(10.0, 15.0),
    ]


def test_nothing_is_said_after_an_unknown() -> None:
    assert schedule([1.0], [None, 5.0]) == [Slot(1.0, None), Slot()]
    assert schedule([None], [5.0]) == [Slot()]
    assert schedule([], [5.0]) == [Slot()]
