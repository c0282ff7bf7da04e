"""What a server's queue and history say of a prompt, and what silence does not."""

from typing import Any

import pytest

from comfy.client.reconcile.freshness import Link
from comfy.errors import ComfyError, Unreachable
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from tests.comfy.client.reconcile.answers import answering
from tests.comfy.client.reconcile.looker import DONE, Looker


def test_a_waiting_prompt_has_the_place_that_its_number_gives_it(looker: Looker) -> None:
    looker.sent("a", "b", "c")
    looker.queue(running=("a",), pending=("b", "c"))
    looker.answers["/queue"][1]["queue_pending"].reverse()  # real servers keep a heap
    looker.look()
    assert [looker.phase(i) for i in "abc"] == [Phase.RUNNING, Phase.QUEUED, Phase.QUEUED]
    assert [looker.place(i) for i in "abc"] == [0, 1, 2]


def test_what_is_in_history_is_finished(looker: Looker) -> None:
    looker.sent("a")
    looker.history("a", {"a": DONE})
    looker.look()
    assert looker.phase("a") is Phase.FINISHED


@pytest.mark.parametrize("status", [401, 500, 502])
def test_a_server_that_does_not_answer_has_lost_nothing(hasty: Looker, status: int) -> None:
    hasty.sent("a")
    hasty.answers["/queue"] = (status, b"")
    for _ in range(3):
        with pytest.raises(ComfyError):
            hasty.look()
    assert hasty.phase("a") is Phase.QUEUED


def test_nothing_is_lost_with_nobody_at_the_port() -> None:
    with answering({}) as url:
        pass
    looker = Looker({}, url)
    looker.sent("a")
    with pytest.raises(Unreachable):
        looker.look()
    looker.api.close()
    assert looker.phase("a") is Phase.QUEUED


UNREADABLE = [(500, b"oops"), (200, b"<html>"), (200, {"bad": {"outputs": []}}), (200, [])]


@pytest.mark.parametrize(("status", "answer"), UNREADABLE)
def test_one_history_that_cannot_be_read_keeps_no_other_from_settling(
    looker: Looker, status: int, answer: Any
) -> None:
    looker.sent("bad", "good")
    looker.history("bad", answer, status)
    looker.history("good", {"good": DONE})
    looker.look()
    assert looker.phase("good") is Phase.FINISHED
    assert not looker.phase("bad").is_final
    assert looker.reconciler.freshness().link is Link.LIVE


@pytest.mark.parametrize(("status", "answer"), UNREADABLE)
def test_a_history_that_stays_unreadable_ends_as_a_failure_and_not_as_a_loss(
    hasty: Looker, status: int, answer: Any
) -> None:
    hasty.sent("bad")
    hasty.history("bad", answer, status)
    hasty.look()
    assert hasty.phase("bad") is Phase.FAILED


def test_histories_that_fail_with_nothing_else_asked_say_nothing(looker: Looker) -> None:
    looker.sent("a")
    looker.tracker.feed(ev.Ended("a", 2.0))
    looker.history("a", b"oops", 500)
    with pytest.raises(ComfyError):
        looker.look()
    assert looker.phase("a") is Phase.SETTLING


def test_success_heard_by_socket_outlives_a_history_that_forgets(hasty: Looker) -> None:
    hasty.sent("a")
    hasty.tracker.feed(ev.Succeeded("a", 2.0))
    hasty.history("a", {})
    hasty.look()
    assert hasty.phase("a") is Phase.FINISHED


def test_success_heard_by_socket_waits_for_a_history_that_is_late(looker: Looker) -> None:
    looker.sent("a")
    looker.tracker.feed(ev.Succeeded("a", 2.0))
    looker.history("a", {})
    looker.look()
    assert looker.phase("a") is Phase.SETTLING
    looker.history("a", {"a": DONE})
    looker.look()
    assert looker.phase("a") is Phase.FINISHED
