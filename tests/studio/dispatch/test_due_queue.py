"""Who is due, once, with one thread at a time."""

import threading

from studio.dispatch.due_queue import DueQueue


def everyone(_: str) -> bool:
    return True


def test_an_id_asked_for_many_times_is_due_once() -> None:
    agenda = DueQueue()
    for after in (5.0, 0.0, 9.0, 0.0):
        agenda.add("a", after)
    agenda.add("b", 0.01)
    assert [agenda.take(everyone), agenda.take(everyone)] == ["a", "b"]


def test_what_is_due_while_somebody_has_it_waits_until_it_is_given_back() -> None:
    agenda = DueQueue()
    agenda.add("a")
    assert agenda.take(everyone) == "a"
    agenda.add("a")
    agenda.add("b", 0.01)
    assert agenda.take(everyone) == "b"
    agenda.done("a")
    assert agenda.take(everyone) == "a"


def test_each_thread_takes_only_what_it_wants() -> None:
    agenda = DueQueue()
    agenda.add("a")
    agenda.add("b", 0.01)
    assert agenda.take(lambda id_: id_ == "b") == "b"
    assert agenda.take(lambda id_: id_ != "b") == "a"


def test_closing_lets_everybody_go() -> None:
    agenda = DueQueue()
    taken: list[str | None] = []
    threads = [threading.Thread(target=lambda: taken.append(agenda.take(everyone))) for _ in "ab"]
    for thread in threads:
        thread.start()
    agenda.close()
    for thread in threads:
        thread.join(10)
    assert taken == [None, None]
