"""The order of what waits."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records import Generation, Status
from studio import queue
from studio.queue import HIGH, LOW, arranged, in_order, moved, next_up, place


def waiting(id_: str, owner: str = "ann", created: float = 0.0, priority: int = 0) -> Generation:
    return Generation(
        id_, id_, owner, Status.QUEUED, created, {}, position=created, priority=priority
    )


A, B, C = (waiting(id_, created=n) for n, id_ in enumerate("abc"))


def ids(generations: list[Generation]) -> str:
    return "".join(g.id for g in generations)


def test_first_come_first_served() -> None:
    assert ids(in_order([C, A, B])) == "abc"


def test_what_no_longer_waits_has_no_place() -> None:
    assert place([A, replace(B, status=Status.RUNNING), C], "b") == 0
    assert place([A, replace(B, status=Status.RUNNING), C], "c") == 2


def test_priority_rearranges_an_owners_own_places_only() -> None:
    bob = waiting("x", "bob", created=0.5)
    assert ids(in_order([A, bob, B, replace(C, priority=HIGH)])) == "cxab"


def test_low_priority_pushes_nobody_forward_but_ones_own() -> None:
    bob = waiting("x", "bob", created=9)
    assert ids(in_order([replace(A, priority=LOW), B, bob])) == "bax"


def test_held_paused_and_unfit_are_passed_over() -> None:
    bob = waiting("x", "bob", created=9)
    held = replace(A, held=True)
    assert next_up([held, B, bob], lambda _: True) == B
    assert next_up([held, B, bob], lambda _: True, paused={"ann"}) == bob
    assert next_up([held, B, bob], lambda g: g.id != "b") == bob
    assert next_up([held], lambda _: True) is None


@pytest.mark.parametrize(
    ("id_", "to", "expected"), [("c", 0, "cab"), ("a", 2, "bca"), ("b", 99, "acb"), ("b", 1, "abc")]
)
def test_a_move_changes_the_order_as_asked(id_: str, to: int, expected: str) -> None:
    own = [A, B, C]
    changes = moved(own, id_, to)
    assert ids(arranged([replace(g, **changes.get(g.id, {})) for g in own])) == expected


@given(
    st.lists(st.sampled_from([LOW, 0, HIGH]), min_size=1, max_size=8),
    st.integers(0, 7),
    st.integers(-2, 9),
)
def test_a_moved_generation_lands_where_it_was_put_whatever_the_priorities(
    priorities: list[int], which: int, to: int
) -> None:
    own = [waiting(chr(97 + n), created=n, priority=p) for n, p in enumerate(priorities)]
    id_ = own[which % len(own)].id
    changes = moved(own, id_, to)
    after = arranged([replace(g, **changes.get(g.id, {})) for g in own])
    rest = [g.id for g in arranged(own) if g.id != id_]
    assert [g.id for g in after if g.id != id_] == rest
    assert [g.id for g in after].index(id_) == max(0, min(to, len(rest)))


def test_at_most_two_are_handed_to_one_server() -> None:
    assert queue.AT_ONCE == 2
