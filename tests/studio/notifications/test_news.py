"""What a page tells its person: their own, whatever tab is open, until nothing is live."""

import asyncio
import time

import pytest

from storage.records import Image, Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from studio.notifications.news import Counts, News, Report
from tests.studio.conftest import WAIT_SECONDS
from tests.support.records import generation, image

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


@pytest.fixture
def news(store: Store, jobs: Jobs, board: Board) -> News:
    return News(store, jobs, board)


def press(jobs: Jobs, owner: str, first: int, count: int) -> list[str]:
    made = [generation(first + n, owner=owner, status=Status.QUEUED) for n in range(count)]
    group = made[0].id
    records = [
        generation(first + n, owner=owner, status=Status.QUEUED, group=group) for n in range(count)
    ]
    return [record.id for record in jobs.create(records)]


def end(jobs: Jobs, id_: str, status: Status, images: int = 0, at: float = 0.0) -> None:
    files: tuple[Image, ...] = tuple(image(n) for n in range(images))
    jobs.finish(id_, status=status, finished_at=at or time.time(), images=files)


def test_a_press_is_told_with_how_each_of_it_ended(jobs: Jobs, news: News) -> None:
    begun = time.time() - 1
    ids = press(jobs, ANN.owner, 1, 4)
    for id_, status in zip(ids, (Status.FINISHED, Status.FAILED, Status.LOST), strict=False):
        end(jobs, id_, status, images=3 if status is Status.FINISHED else 0)
    halfway = news.report(ANN, begun, begun)
    assert halfway.going == {ids[0]}
    end(jobs, ids[3], Status.CANCELLED)
    report = news.report(ANN, begun, begun)
    assert (report.live, report.going) == (0, frozenset())
    (told,) = report.presses
    assert (told.id, told.finished, told.failed, told.cancelled) == (ids[0], 1, 2, 1)
    assert (told.images, told.fresh) == (3, 3)


def test_what_was_seen_before_is_not_fresh_but_belongs_to_the_press(jobs: Jobs, news: News) -> None:
    now = time.time()
    first, second = press(jobs, ANN.owner, 1, 2)
    end(jobs, first, Status.FINISHED, images=2, at=now - 60)
    end(jobs, second, Status.FINISHED, images=5, at=now - 10)
    (told,) = news.report(ANN, now - 30, now - 30).presses
    assert (told.finished, told.images, told.fresh) == (2, 7, 5)
    assert news.report(ANN, now - 5, now - 5).presses == ()


def test_nobody_hears_of_anybody_else(jobs: Jobs, news: News) -> None:
    (mine,) = press(jobs, ANN.owner, 1, 1)
    assert news.counts(BOB) == Counts(0, 0)
    end(jobs, mine, Status.FINISHED)
    assert news.counts(ANN) == Counts(0, 1)
    assert news.counts(BOB) == Counts(0, 0)
    assert news.report(BOB, 0, 0).presses == ()


def test_a_watcher_hears_of_the_end_and_then_is_let_go(jobs: Jobs, news: News) -> None:
    begun = time.time() - 1
    ids = press(jobs, ANN.owner, 1, 2)

    async def watch() -> list[Report]:
        seen: list[Report] = []
        async with asyncio.timeout(WAIT_SECONDS):
            async for report in news.watch(ANN, begun, begun):
                seen.append(report)
                if report.live == 2:
                    await asyncio.to_thread(end, jobs, ids[0], Status.FINISHED)
                elif report.live == 1:
                    await asyncio.to_thread(end, jobs, ids[1], Status.FAILED)
        return seen

    seen = asyncio.run(watch())
    assert [report.live for report in seen][-1] == 0
    (told,) = seen[-1].presses
    assert (told.finished, told.failed) == (1, 1)


def test_what_was_missed_is_counted_by_job_and_is_ones_own(jobs: Jobs, news: News) -> None:
    now = time.time()
    ids = press(jobs, ANN.owner, 1, 5)
    (other,) = press(jobs, BOB.owner, 9, 1)
    for id_, status, ago in zip(
        ids, (Status.FINISHED, Status.FINISHED, Status.LOST, Status.CANCELLED), (90, 20, 15, 10),
        strict=False,
    ):  # fmt: skip
        end(jobs, id_, status, images=2, at=now - ago)
    end(jobs, other, Status.FINISHED, at=now - 5)
    missed = news.missed(ANN, now - 60)
    assert (missed.finished, missed.failed) == (1, 1)
    assert [record.id for record in missed.shown] == [ids[1]]
    assert [one.id for one in news.missed(ANN, 0).shown] == [ids[1], ids[0]]
    again = news.missed(ANN, missed.at)
    assert (again.finished, again.failed, again.shown) == (0, 0, ())
