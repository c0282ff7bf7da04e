"""Who comes next: by turns between owners, within one's own as one likes."""

from collections import Counter
from dataclasses import replace
from itertools import zip_longest

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from storage.records import Generation, Status
from studio.jobs.order import HIGH, LOW, NORMAL, arranged
from studio.jobs.turns import Line
from tests.support.examples import examples

OWNERS = ("ann", "bob", "cy", "dee")
SERVERS = ("one", "two")


def waiting(number: int, owner: str, **fields: object) -> Generation:
    base = {"position": float(number), "created_at": float(number), "request": {}}
    return Generation(
        f"{owner}{number:05}",
        "",
        owner,
        Status.QUEUED,
        **{**base, **fields},  # type: ignore[arg-type]
    )


def several(owner: str, count: int, first: int = 0) -> list[Generation]:
    return [waiting(number, owner) for number in range(first, first + count)]


def line_of(*records: Generation) -> Line:
    line = Line()
    for record in records:
        line.put(record)
    return line


def handed_out(line: Line, count: int | None = None) -> list[str]:
    """Take *count*, or all that go; return their ids."""
    ids: list[str] = []
    while len(ids) != count and (record := next(line.upcoming(), None)):
        line.take(record.id)
        ids.append(record.id)
    return ids


def test_bobs_one_is_next_however_many_ann_queued() -> None:
    line = line_of(*several("ann", 200))
    handed_out(line, 2)
    line.put(waiting(500, "bob"))
    assert line.place("bob00500") == 1
    assert handed_out(line, 1) == ["bob00500"]


def test_a_stream_of_newcomers_holds_nobody_up() -> None:
    line = line_of(*several("ann", 2))
    handed_out(line, 1)
    served = []
    for number in range(5):
        line.put(waiting(number, f"new{number}"))
        served += handed_out(line, 1)
    assert "ann00001" in served[:2]


def test_who_comes_back_at_once_is_behind_who_waits() -> None:
    line = line_of(waiting(0, "bob"), *several("ann", 3, first=1))
    assert handed_out(line, 1) == ["bob00000"]
    line.put(waiting(9, "bob"))
    assert handed_out(line, 2) == ["ann00001", "bob00009"]


def test_what_is_held_or_paused_takes_no_turn_and_delays_nobody() -> None:
    ann = [replace(waiting(0, "ann"), held=True), waiting(1, "ann")]
    line = line_of(*ann, *several("bob", 2, first=10), *several("cy", 1, first=20))
    line.pause("cy")
    assert [g.id for g in line.order()] == [
        "ann00000",
        "ann00001",
        "bob00010",
        "bob00011",
        "cy00020",
    ]
    assert [line.place(g.id) for g in line.order()] == [1, 1, 2, 3, 3]
    line.go_on("cy")
    assert [line.place(g.id) for g in line.order()] == [1, 1, 2, 3, 4]
    assert line.place("nobody") == 0
    line.put(replace(ann[0], held=False))
    assert handed_out(line) == ["ann00000", "bob00010", "cy00020", "ann00001", "bob00011"]


def test_priority_and_position_count_among_ones_own_only() -> None:
    line = line_of(*several("ann", 2), waiting(2, "bob"), replace(waiting(3, "ann"), priority=HIGH))
    assert handed_out(line) == ["ann00003", "bob00002", "ann00000", "ann00001"]


counts = st.dictionaries(st.sampled_from(OWNERS), st.integers(1, 6))


@given(counts)
def test_turns_go_round(owners: dict[str, int]) -> None:
    line = line_of(*(g for owner, count in owners.items() for g in several(owner, count)))
    rounds = zip_longest(*([g.id for g in several(o, n)] for o, n in owners.items()))
    assert handed_out(line) == [id_ for turn in rounds for id_ in turn if id_]


class Turns(RuleBasedStateMachine):
    """Anything that happens to a line, on two servers of which each can run only some."""

    jobs: Bundle[str] = Bundle("jobs")

    def __init__(self) -> None:
        super().__init__()
        self.line = Line()
        self.known: dict[str, Generation] = {}
        self.paused: set[str] = set()
        self.number = 0
        self.overtaken: dict[tuple[str, str], Counter[str]] = {}

    def can_run(self, server: str, record: Generation) -> bool:
        """Every third job needs a model that one server lacks."""
        return int(record.id[-5:]) % 3 != SERVERS.index(server)

    def ready(self, server: str) -> set[str]:
        """Owners with something that *server* may have now."""
        return {
            g.owner
            for g in self.known.values()
            if not g.held and g.owner not in self.paused and self.can_run(server, g)
        }

    @rule(
        target=jobs,
        owner=st.sampled_from(OWNERS),
        priority=st.sampled_from((LOW, NORMAL, HIGH)),
        position=st.integers(0, 9),
    )
    def join(self, owner: str, priority: int, position: int) -> str:
        self.number += 1
        record = waiting(self.number, owner, priority=priority, position=float(position))
        self.known[record.id] = record
        self.line.put(record)
        return record.id

    @rule(id_=consumes(jobs))
    def drop(self, id_: str) -> None:
        self.known.pop(id_, None)
        self.line.drop(id_)

    @rule(id_=jobs, held=st.booleans(), position=st.integers(0, 9))
    def change(self, id_: str, held: bool, position: int) -> None:
        if id_ in self.known:
            self.known[id_] = replace(self.known[id_], held=held, position=float(position))
            self.line.put(self.known[id_])

    @rule(owner=st.sampled_from(OWNERS), on=st.booleans())
    def pause(self, owner: str, on: bool) -> None:
        (self.paused.add if on else self.paused.discard)(owner)
        (self.line.pause if on else self.line.go_on)(owner)

    @rule(server=st.sampled_from(SERVERS))
    def hand_out(self, server: str) -> None:
        ready = self.ready(server)
        record = next(self.line.upcoming(lambda g: self.can_run(server, g)), None)
        assert (record is None) == (not ready)
        if record is None:
            return
        assert record.owner in ready
        own = [g for g in self.known.values() if g.owner == record.owner and not g.held]
        assert record == next(g for g in arranged(own) if self.can_run(server, g))
        for owner in OWNERS:
            for one in SERVERS:
                key = (owner, one)
                if owner == record.owner or owner not in self.ready(one):
                    self.overtaken.pop(key, None)
                elif one == server:
                    passed = self.overtaken.setdefault(key, Counter())
                    passed[record.owner] += 1
                    assert passed[record.owner] == 1, f"{owner} waited for two of {record.owner}"
        del self.known[record.id]
        self.line.take(record.id)

    @invariant()
    def places_foretell_what_is_handed_out(self) -> None:
        order = self.line.order()
        assert sorted(g.id for g in order) == sorted(self.known)
        assert len(self.line) == len(self.known)
        for owner in OWNERS:
            own = [g for g in self.known.values() if g.owner == owner]
            assert self.line.of(owner) == arranged(own) == [g for g in order if g.owner == owner]
            assert self.line.count(owner) == len(own)
        going = [g for g in order if not g.held and g.owner not in self.paused]
        assert [self.line.place(g.id) for g in going] == [*range(1, len(going) + 1)]
        copy = self.copied()
        assert handed_out(copy) == [g.id for g in going]
        ahead = 0
        for record in order:
            if record.owner in self.paused:
                continue
            assert self.line.place(record.id) == ahead + 1
            ahead += not record.held

    def copied(self) -> Line:
        copy = Line()
        for owner in self.line._owners:
            for record in self.line.of(owner):
                copy.put(record)
        copy._last = self.line._last
        for owner in self.paused:
            copy.pause(owner)
        return copy


TestTurns = Turns.TestCase
TestTurns.settings = settings(max_examples=examples(60), stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("count", [1, 5_000])
def test_much_that_waits_is_put_and_taken_in_order(count: int) -> None:
    line = line_of(*several("ann", count), *several("bob", count))
    assert len(handed_out(line)) == 2 * count
    assert len(line) == 0
