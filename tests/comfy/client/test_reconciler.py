"""What queue and history mean for a prompt, look by look."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from comfy.client.http.address import parse_address
from comfy.client.http.api import Api
from comfy.client.http.proxy_check import memory_bytes
from comfy.client.reconcile.freshness import Link
from comfy.client.reconcile.reconciler import Reconciler
from comfy.client.timeouts import USUAL, Cadence
from comfy.client.tracker import Tracker
from comfy.client.websocket.connection import Death, SocketState
from comfy.clock import now
from comfy.errors import ComfyError, Unreachable
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from tests.comfy.client.answers import Answers, answering

GRAPH = {"9": {"class_type": "SaveImage", "inputs": {}}}
DONE = {"outputs": {"9": {"images": [{"filename": "a.png"}]}}, "status": {"status_str": "success"}}


class Looker:
    """A reconciler without its thread: each look is asked for."""

    def __init__(self, answers: Answers, url: str, cadence: Cadence = USUAL) -> None:
        self.answers = answers
        self.socket = SocketState(up=True, since=2.0)  # opened after what was sent
        self.tracker = Tracker(lambda _: None)
        self.api = Api(parse_address(url))
        self.reconciler = Reconciler(
            self.api,
            self.tracker,
            socket=lambda: self.socket,
            renew=lambda: None,
            on_state=lambda: None,
            cadence=cadence,
        )

    def sent(self, *prompt_ids: str) -> None:
        for id_ in prompt_ids:
            self.tracker.expect(id_, GRAPH, make_plan(GRAPH))
            self.tracker.feed(ev.Accepted(id_, 1.0))
            if tracked := self.tracker.get(id_):
                tracked.sent_at = tracked.seen_at = 1.0
                tracked.watch = self.socket.watch

    def queue(self, *, running: tuple[str, ...] = (), pending: tuple[str, ...] = ()) -> None:
        self.answers["/queue"] = (
            200,
            {
                "queue_running": [[i, id_, {}, {}, []] for i, id_ in enumerate(running)],
                "queue_pending": [[9 + i, id_, {}, {}, []] for i, id_ in enumerate(pending)],
            },
        )

    def history(self, prompt_id: str, entry: Any, status: int = 200) -> None:
        self.answers[f"/history/{prompt_id}"] = (status, entry)

    def look(self) -> None:
        self.reconciler.reconcile()

    def phase(self, prompt_id: str) -> Phase:
        tracked = self.tracker.get(prompt_id)
        assert tracked is not None
        return tracked.progress.phase

    def place(self, prompt_id: str) -> int:
        tracked = self.tracker.get(prompt_id)
        assert tracked is not None
        return tracked.progress.place


@contextmanager
def looking(cadence: Cadence = USUAL) -> Iterator[Looker]:
    answers: Answers = {}
    with answering(answers) as url:
        looker = Looker(answers, url, cadence)
        looker.queue()
        yield looker
        looker.api.close()


@pytest.fixture
def looker() -> Iterator[Looker]:
    with looking() as looker:
        yield looker


@pytest.fixture
def hasty() -> Iterator[Looker]:
    """Whose second look is always late enough."""
    with looking(Cadence(lost_after=0.0, settle_patience=0.0, unreadable_patience=0.0)) as looker:
        yield looker


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


def test_missing_once_is_not_lost(looker: Looker) -> None:
    looker.sent("a")
    looker.history("a", {})
    looker.look()
    assert looker.phase("a") is Phase.QUEUED


def test_missing_twice_far_enough_apart_is_lost(looker: Looker) -> None:
    looker.sent("a")
    looker.history("a", {})
    looker.look()
    tracked = looker.tracker.get("a")
    assert tracked is not None
    assert tracked.missing_since is not None
    tracked.missing_since -= 1.9
    looker.look()
    assert looker.phase("a") is Phase.QUEUED
    tracked.missing_since -= 0.2
    looker.look()
    assert looker.phase("a") is Phase.LOST


def test_missing_on_a_server_that_never_restarted_was_taken_out_by_somebody(hasty: Looker) -> None:
    hasty.socket = SocketState(
        up=True, watch=1, since=0.5, heard_at=0.6
    )  # since before it was sent
    hasty.sent("a")
    hasty.history("a", {})
    hasty.look()
    assert hasty.phase("a") is Phase.QUEUED  # it may be dead since
    hasty.socket = replace(hasty.socket, heard_at=now())
    hasty.look()
    assert hasty.phase("a") is Phase.QUEUED  # a pong: it may have forgotten us
    hasty.socket = replace(hasty.socket, frame_at=now())
    hasty.look()
    assert hasty.phase("a") is Phase.INTERRUPTED


def test_missing_behind_one_that_was_sent_before_it_was_taken_out_by_somebody(
    hasty: Looker,
) -> None:
    hasty.sent("a", "b")
    later = hasty.tracker.get("b")
    assert later is not None
    later.sent_at = 1.5
    hasty.queue(running=("a",))
    hasty.history("b", {})
    hasty.look()
    assert hasty.phase("b") is Phase.INTERRUPTED


@pytest.mark.parametrize(("is_remembered", "phase"), [(True, "INTERRUPTED"), (False, "LOST")])
def test_missing_on_a_server_that_remembers_an_earlier_one_was_taken_out(
    hasty: Looker, is_remembered: bool, phase: str
) -> None:
    hasty.sent("a")
    tracked = hasty.tracker.get("a")
    assert tracked is not None
    tracked.witness = "earlier"
    hasty.history("a", {})
    hasty.history("earlier", {"earlier": DONE} if is_remembered else {})
    hasty.look()
    assert hasty.phase("a") is Phase[phase]


@pytest.mark.parametrize(
    ("deaths", "moved", "fate"),
    [
        ((Death(1, at=9.0, frame_at=8.0),), 0, "NEVER_BEGAN"),
        ((), 0, "UNKNOWN"),
        ((Death(2, at=9.0, frame_at=8.0),), 0, "UNKNOWN"),
        # Sockets that are up and tell nothing: since it was sent, or for long.
        ((Death(1, at=9.0),), 0, "UNKNOWN"),
        ((Death(1, at=9.0, frame_at=0.5),), 0, "UNKNOWN"),
        ((Death(1, at=99.0, frame_at=8.0),), 0, "UNKNOWN"),
        # What ended may have been a tunnel, for the server listens elsewhere.
        ((Death(1, at=9.0, frame_at=8.0),), 1, "UNKNOWN"),
    ],
)
def test_missing_after_the_server_ended_before_our_eyes_never_began(
    hasty: Looker, deaths: tuple[Death, ...], moved: int, fate: str
) -> None:
    port = int(hasty.api.address.url.rpartition(":")[2]) + moved
    system = {"argv": ["main.py", "--port", str(port)], "ram_total": memory_bytes()}
    hasty.answers["/system_stats"] = (200, {"system": system, "devices": []})
    hasty.socket = SocketState(up=True, watch=1)
    hasty.sent("a")
    tracked = hasty.tracker.get("a")
    assert tracked is not None
    tracked.posted_at = 1.0
    hasty.socket = SocketState(up=True, watch=3, deaths=deaths)
    hasty.history("a", {})
    hasty.look()
    assert (tracked.progress.phase, tracked.progress.fate) == (Phase.LOST, ev.Fate[fate])


def test_what_no_answer_said_was_taken_never_arrived_where_nothing_was_missed() -> None:
    cadence = Cadence(lost_after=0.0, doubt=0.0)
    with looking(cadence) as looker:
        looker.socket = SocketState(up=True, watch=1)
        looker.tracker.expect("a", GRAPH, make_plan(GRAPH))
        tracked = looker.tracker.get("a")
        assert tracked is not None
        tracked.sent_at, tracked.watch = 1.0, 1
        looker.history("a", {})
        looker.look()
        looker.socket = replace(looker.socket, heard_at=now())
        looker.look()
        assert tracked.progress.fate is ev.Fate.NEVER_ARRIVED


def test_missing_after_a_cancel_is_interrupted(looker: Looker) -> None:
    looker.sent("a")
    tracked = looker.tracker.get("a")
    assert tracked is not None
    tracked.cancel_asked = True
    looker.history("a", {})
    looker.look()
    assert looker.phase("a") is Phase.INTERRUPTED


def test_a_prompt_not_sent_yet_cannot_be_missing(looker: Looker) -> None:
    looker.tracker.expect("a", GRAPH, make_plan(GRAPH))
    looker.look()
    assert looker.phase("a") is Phase.QUEUED


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
