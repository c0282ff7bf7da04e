"""One follower a page."""

import asyncio

from storage.records import Status
from studio.generations.follow import follow
from studio.jobs.notifier import Board
from studio.snapshot import Snapshot
from tests.ui.samples import record, snapshot
from ui.shell.turns import Turns


def test_a_newer_follower_ends_the_one_before_and_takes_its_pending_along() -> None:
    def look(id_: str) -> Snapshot:
        status = Status.FINISHED if id_ == "done" else Status.RUNNING
        return snapshot(record=record(id=id_, status=status))

    async def scene() -> tuple[int, tuple[str, ...]]:
        turns = Turns()
        first = turns.take("page", ["done", "slow"])
        follower = follow(look, Board(), first, 2.0)
        await anext(follower)
        second = turns.take("page", ["new"])
        async with asyncio.timeout(2):
            rest = [one async for one in follower]
        return len(rest), second.ids

    assert asyncio.run(scene()) == (0, ("slow", "new"))


def test_pages_do_not_disturb_each_other() -> None:
    turns = Turns()
    first = turns.take("one", ["a"])
    turns.take("two", ["a"])
    assert not first.over
    turns.leave("one")
    assert first.over


def test_turns_only_grow() -> None:
    turns = Turns()
    numbers = [turns.number() for _ in range(100)]
    assert numbers == sorted(set(numbers))
