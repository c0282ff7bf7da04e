"""Following generations: what is yielded, and at what pace."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from comfy.progress.advance import Preview, Progress
from comfy.progress.nodes import NodeProgress
from storage.records import Status
from studio.generations.follow import BURST, UPDATES_PER_SECOND, Following, Pace, follow
from studio.generations.token_bucket import TokenBucket
from studio.jobs.notifier import Board
from studio.snapshot import Snapshot
from tests.support import virtual_time
from tests.ui.samples import NOW, played, progress, record, snapshot

Watch = Callable[[str], AsyncIterator[Snapshot]]


def named(id_: str, status: Status = Status.RUNNING) -> Snapshot:
    return snapshot(record=record(id=id_, status=status))


async def collect(
    watch: Watch, ids: list[str], heartbeat: float = 2.0
) -> list[tuple[Snapshot, ...]]:
    """What a page is told of *ids* while each goes through what *watch* yields."""
    board, now = Board(), dict[str, Snapshot]()
    begun = asyncio.Event()

    async def play(id_: str) -> None:
        async for one in watch(id_):
            now[id_] = one
            board.publish(id_)
            begun.set()

    tasks = [asyncio.create_task(play(id_)) for id_ in ids]
    await begun.wait()
    found = [one async for one in follow(now.get, board, Following(ids), heartbeat, Pace())]
    await asyncio.gather(*tasks)
    return found


def test_the_last_value_shows_every_generation_at_its_end() -> None:
    def watch(id_: str) -> AsyncIterator[Snapshot]:
        return played(named(id_), named(id_, Status.FINISHED))

    found = virtual_time.run(collect(watch, ["a", "b"]))
    assert [s.record.id for s in found[-1]] == ["a", "b"]
    assert all(s.is_final for s in found[-1])


def test_a_flood_of_changes_is_thinned_and_its_end_is_not_lost() -> None:
    async def watch(id_: str) -> AsyncIterator[Snapshot]:
        for _ in range(500):
            yield named(id_)
            await asyncio.sleep(0.001)
        yield named(id_, Status.FINISHED)

    found = virtual_time.run(collect(watch, ["a"]))
    assert len(found) <= BURST + 0.5 * UPDATES_PER_SECOND + 1
    assert found[-1][0].is_final


def test_trouble_in_a_look_is_not_swallowed() -> None:
    async def scene() -> None:
        looks, board = iter([named("a")]), Board()
        async for _ in follow(lambda _: next(looks), board, Following(["a"]), 2.0):
            board.publish("a")

    with pytest.raises(RuntimeError, match="StopIteration"):
        virtual_time.run(scene())


def test_a_page_hears_from_the_app_though_nothing_changes() -> None:
    async def watch(id_: str) -> AsyncIterator[Snapshot]:
        yield named(id_)
        await asyncio.sleep(0.3)
        yield named(id_, Status.FINISHED)

    assert len(virtual_time.run(collect(watch, ["a"], heartbeat=0.02))) > 4


def test_the_bucket_lets_a_burst_pass_and_then_the_rate() -> None:
    bucket = TokenBucket(rate=10, burst=3)
    now = 1_000.0
    waits = [bucket.wait(now) for _ in range(5)]
    assert waits[:3] == [0, 0, 0]
    assert waits[3] == pytest.approx(0.1, abs=0.01)
    assert waits[4] == pytest.approx(0.2, abs=0.01)


def test_who_is_refused_by_the_bucket_owes_it_nothing() -> None:
    bucket = TokenBucket(rate=0.1, burst=1)
    assert [bucket.take(1_000.0) for _ in range(4)] == [0.0] + [pytest.approx(10.0)] * 3
    assert bucket.take(1_010.1) == 0.0


def test_a_step_and_its_preview_go_out_as_one_value() -> None:
    first, second = (Preview(n, b"picture", "image/jpeg") for n in (1, 2))

    async def watch(id_: str) -> AsyncIterator[Snapshot]:
        yield snapshot(record=record(id=id_), progress=at_step(5, first))
        await asyncio.sleep(0.05)
        yield snapshot(record=record(id=id_), progress=at_step(6, first))
        await asyncio.sleep(0.001)
        yield snapshot(record=record(id=id_), progress=at_step(6, second))
        await asyncio.sleep(0.05)
        yield named(id_, Status.FINISHED)

    found = virtual_time.run(collect(watch, ["a"]))
    shown = [s.progress for (s,) in found if s.progress and not s.is_final]
    assert [(p.step, p.preview) for p in shown] == [(5, first), (6, second)]


def test_a_step_whose_preview_does_not_come_is_shown_without() -> None:
    only = Preview(1, b"picture", "image/jpeg")

    async def watch(id_: str) -> AsyncIterator[Snapshot]:
        for step in (5, 6, 7):
            yield snapshot(record=record(id=id_), progress=at_step(step, only))
            await asyncio.sleep(0.05)
        yield named(id_, Status.FINISHED)

    found = virtual_time.run(collect(watch, ["a"]))
    shown = [s.progress.step for (s,) in found if s.progress and not s.is_final]
    assert shown == [5, 6, 7]


def at_step(step: int, preview: Preview) -> Progress:
    node = NodeProgress(fraction=step / 20, value=step, max=20, started_at=NOW)
    return progress(nodes={"3": node}, preview=preview)
