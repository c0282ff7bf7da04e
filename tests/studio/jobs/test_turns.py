"""How one's own waiting generations are arranged and moved."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records import Generation, Status
from studio.jobs import order
from studio.jobs.order import HIGH, LOW, arranged, moved


def waiting(id_: str, owner: str = "ann", created: float = 0.0, priority: int = 0) -> Generation:
    return Generation(
        id_, id_, owner, Status.QUEUED, created, {}, position=created, priority=priority
    )


A, B, C = (waiting(id_, created=n) for n, id_ in enumerate("abc"))


def ids(generations: list[Generation]) -> str:
    return "".join(g.id for g in generations)


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
    assert order.AT_ONCE == 2


def test_of_equal_positions_any_can_be_moved() -> None:
    own = [replace(waiting(id_), position=p) for id_, p in (("a", 1.0), ("b", 2.0), ("c", 2.0))]
    for id_, to in (("c", 1), ("c", 0), ("b", 0), ("a", 2)):
        changes = moved(own, id_, to)
        after = [replace(g, **changes.get(g.id, {})) for g in own]
        assert arranged(after)[to].id == id_
        assert len({g.position for g in after}) == 3
