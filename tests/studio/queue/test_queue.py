"""The queue as people see and arrange it, over a real engine."""

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest

from comfy.demo.http.server import DemoServer
from storage.records import Generation, ImageKey, Status
from studio.access.viewer import Viewer
from studio.errors import Absent, ReadOnly, StudioError
from studio.generations.new_records import press_of
from studio.queue.places import Entry
from studio.studio import Studio
from tests.studio.conftest import WAIT_SECONDS, Open, follow, request

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


def waiting(entries: list[Entry]) -> list[str | None]:
    return [e.snapshot.record.id if e.snapshot else None for e in entries if e.place]


def queue_up(studio: Studio, viewer: Viewer, count: int) -> list[str]:
    studio.queue.pause(viewer)
    return [studio.generations.create(viewer, press_of(request()))[0].id for _ in range(count)]


def test_a_watcher_sees_each_change_and_what_is_others_only_as_places(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    theirs, mine = queue_up(studio, BOB, 1), queue_up(studio, ANN, 2)

    async def watch() -> None:
        async with asyncio.timeout(WAIT_SECONDS), aclosing(studio.queue.watch(ANN)) as looks:
            assert waiting(await anext(looks)) == [None, *mine]
            studio.queue.move(mine[1], ANN, -1)
            assert waiting(await anext(looks)) == [None, mine[1], mine[0]]
            studio.cancels.one(theirs[0], BOB)
            assert waiting(await anext(looks)) == [mine[1], mine[0]]

    asyncio.run(watch())
    assert studio.generations.watchers == 0


def test_what_ended_is_ones_own_alone(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    for viewer in (ANN, BOB):
        for id_ in queue_up(studio, viewer, 1):
            studio.cancels.one(id_, viewer)
    assert [g.owner for g in studio.queue.ended(ANN, 10)] == [ANN.owner]


def test_what_ended_is_told_without_what_lies_in_the_bin(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    done = studio.generations.create(ANN, press_of(request(images_per_prompt=2)))[0]
    follow(studio, done.id)
    studio.library.delete([ImageKey(done.id, 0)], ANN)
    for (record,) in (studio.queue.ended(ANN, 9), studio.generations.history(ANN)):
        assert [image.number for image in record.images] == [1]


def test_only_its_owner_runs_one_again(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    done = studio.generations.create(ANN, press_of(request(seed=5), retry_on_loss=True))[0]
    follow(studio, done.id)
    with pytest.raises(Absent, match="not here, or not yours"):
        studio.generations.create_again(BOB, [done.id], same_seed=True)[0]
    by_link = replace(BOB, opened=frozenset({done.id}))
    with pytest.raises(ReadOnly, match="private link"):
        studio.generations.create_again(by_link, [done.id], same_seed=True)[0]
    again = studio.generations.create_again(ANN, [done.id], same_seed=True)[0]
    assert (again.seed, again.retry_on_loss, again.owner) == (5, True, ANN.owner)
    assert follow(studio, again.id)[-1].status is Status.FINISHED
    assert studio.generations.create_again(ANN, [done.id], same_seed=False)[0].seed != 5


def test_what_another_version_made_is_refused_in_a_sentence(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    odd = Generation(
        "01920000-0000-7000-8000-000000000001",
        "",
        ANN.owner,
        Status.FAILED,
        1.0,
        {"from": "the future"},
    )
    studio._store.generations.add([odd])
    with pytest.raises(StudioError, match="another version"):
        studio.generations.create_again(ANN, [odd.id], same_seed=True)[0]


def test_by_turns_one_of_bobs_runs_before_the_rest_of_anns(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    anns = [
        generation.id
        for generation in studio.generations.create(ANN, press_of(request(prompts=20)))
    ]
    follow(studio, anns[0], lambda s: s.status is Status.RUNNING)
    (bobs,) = studio.generations.create(BOB, press_of(request()))
    assert [e.place for e in studio.queue.entries(BOB) if e.snapshot and e.place] == [1]
    follow(studio, bobs.id)
    started = [entry.prompt_id for entry in slow_engine.books.all()]
    # What the server had when Bob came, and no more.
    assert started.index(bobs.id) <= 3
    assert studio.cancels.all(ANN).count >= 15


def test_a_page_of_the_queue_draws_only_what_is_asked_for(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    theirs, mine = queue_up(studio, BOB, 2), queue_up(studio, ANN, 5)
    whole = studio.queue.entries(ANN)
    drawn = [e.snapshot.record.id for e in whole if e.snapshot]
    assert drawn == mine
    page = studio.queue.entries(ANN, offset=1, limit=2)
    assert [e.snapshot.record.id for e in page if e.snapshot] == mine[1:3]
    assert [(e.place, e.is_mine) for e in page] == [(e.place, e.is_mine) for e in whole]
    assert len(page) == len(theirs) + len(mine)
    by_link = replace(ANN, opened=frozenset(theirs))
    assert [e.is_mine for e in studio.queue.entries(by_link)] == [e.is_mine for e in whole]
    assert all(e.snapshot is None for e in studio.queue.entries(by_link) if not e.is_mine)
