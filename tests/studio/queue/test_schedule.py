"""When what waits starts and ends."""

from studio.queue.schedule import Held, Slot, on_server, schedule


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


def test_what_a_server_has_runs_one_after_the_other() -> None:
    held = [Held(True, 4.0), Held(False, 10.0, place=1)]
    assert on_server(held) == [Slot(0.0, 4.0), Slot(4.0, 14.0)]


def test_nothing_is_said_behind_somebody_elses_prompt() -> None:
    assert on_server([Held(False, 10.0, place=1)]) == [Slot()]
    held = [Held(True, 4.0), Held(False, 10.0, place=3)]
    assert on_server(held) == [Slot(0.0, 4.0), Slot()]


def test_nothing_is_said_after_what_takes_nobody_knows_how_long() -> None:
    held = [Held(True, None), Held(False, 10.0, place=1)]
    assert on_server(held) == [Slot(0.0, None), Slot()]
