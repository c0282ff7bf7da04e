"""A prompt found nowhere: lost, taken out by somebody, or never begun."""

from dataclasses import replace

import pytest

from comfy.client.http.proxy_check import memory_bytes
from comfy.client.timeouts import Cadence
from comfy.client.websocket.connection import Death, SocketState
from comfy.clock import now
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase
from comfy.protocol import events as ev
from tests.comfy.client.reconcile.looker import DONE, GRAPH, Looker, looking


def test_missing_once_is_not_lost(looker: Looker) -> None:
    looker.sent("a")
    looker.history("a", {})
    looker.look()
    assert looker.phase("a") is Phase.QUEUED


def test_missing_twice_far_enough_apart_is_lost() -> None:
    with looking(Cadence(lost_after=1000.0)) as looker:
        looker.sent("a")
        looker.history("a", {})
        looker.look()
        tracked = looker.tracker.get("a")
        assert tracked is not None
        assert tracked.missing_since is not None
        tracked.missing_since -= 800.0
        looker.look()
        assert looker.phase("a") is Phase.QUEUED
        tracked.missing_since -= 200.0
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
