"""Cancelling one, a press or everything, and queueing again what had only waited."""

import pytest

from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_STEPS
from storage.errors import StorageError
from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import Absent, ReadOnly, StudioError
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.studio.conftest import Open, follow, request

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
LONG = {"steps": MAX_STEPS, "width": 512, "height": 512}


def press(studio: Studio, viewer: Viewer, prompts: int, **fields: int) -> list[str]:
    made = studio.generations.create(viewer, press_of(request(prompts=prompts, **fields)))
    return [generation.id for generation in made]


def waiting(studio: Studio, viewer: Viewer, prompts: int) -> list[str]:
    studio.queue.pause(viewer)
    return press(studio, viewer, prompts)


def record(studio: Studio, id_: str) -> Generation:
    return studio.generations.seen(id_, Viewer("", is_admin=True))


def places(studio: Studio, viewer: Viewer) -> list[str]:
    entries = studio.queue.entries(viewer)
    return [e.snapshot.record.id for e in entries if e.place and e.snapshot]


def test_all_of_ones_own_is_cancelled_and_nobody_elses(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    mine, theirs = waiting(studio, ANN, 5), waiting(studio, BOB, 2)
    done = studio.cancels.all(ANN)
    assert (set(done.ended), done.asked, done.count) == (set(mine), (), 5)
    assert {record(studio, id_).status for id_ in mine} == {Status.CANCELLED}
    assert places(studio, BOB) == theirs
    assert studio.cancels.all(ANN).count == 0


def test_the_running_one_is_cancelled_and_the_rest_of_its_press_goes_on(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    ids = press(studio, ANN, 4, **LONG)
    other = press(studio, ANN, 1, **LONG)
    runs = ids[0]
    follow(studio, runs, lambda s: s.status is Status.RUNNING)
    assert studio.cancels.remaining(runs, ANN).press == 4
    assert studio.cancels.running(ids[3], ANN).asked == (runs,)
    assert follow(studio, runs)[-1].status is Status.CANCELLED
    left = studio.cancels.remaining(runs, ANN)
    assert (left.press, left.owner) == (3, 4)
    assert studio.cancels.press(runs, ANN).count == 3
    for id_ in ids:
        assert follow(studio, id_)[-1].status is Status.CANCELLED
    assert not record(studio, other[0]).cancel_asked


def test_what_had_only_waited_is_queued_again_where_it_was(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    ids = waiting(studio, ANN, 4)
    studio.queue.move(ids[3], ANN, -99)
    before = places(studio, ANN)
    done = studio.cancels.some(ids[1:3], ANN)
    assert places(studio, ANN) == [ids[3], ids[0]]
    assert set(studio.cancels.undo(done.ended, ANN)) == set(ids[1:3])
    assert places(studio, ANN) == before
    studio.queue.resume(ANN)
    for id_ in ids:
        assert follow(studio, id_)[-1].status is Status.FINISHED
        entry = engine.books.get(id_)
        assert entry is not None
        assert entry.runs == 1


def test_an_undo_survives_a_restart(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    ids = waiting(studio, ANN, 2)
    studio.cancels.undo(studio.cancels.all(ANN).ended, ANN)
    studio = open_studio(engine)
    assert places(studio, ANN) == ids


def test_an_undo_is_ones_own_and_once(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    ids = waiting(studio, ANN, 2)
    ended = studio.cancels.all(ANN).ended
    with pytest.raises(StudioError, match="too late"):
        studio.cancels.undo(ended, BOB)
    assert set(studio.cancels.undo(ended, ANN)) == set(ids)
    with pytest.raises(StudioError, match="too late"):
        studio.cancels.undo(ended, ANN)
    assert places(studio, ANN) == ids


def test_an_undo_passes_over_what_was_removed_for_good(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    ids = waiting(studio, ANN, 3)
    ended = studio.cancels.all(ANN).ended
    studio.library.delete(ids[:1], ANN)
    studio.library.purge(ids[:1], ANN)
    assert set(studio.cancels.undo(ended, ANN)) == set(ids[1:])
    assert places(studio, ANN) == ids[1:]


def test_what_a_server_had_is_not_queued_again(slow_engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(slow_engine)
    (runs,) = press(studio, ANN, 1, **LONG)
    follow(studio, runs, lambda s: s.status is Status.RUNNING)
    done = studio.cancels.one(runs, ANN)
    assert (done.ended, done.asked) == ((), (runs,))
    follow(studio, runs)
    with pytest.raises(StudioError, match="too late"):
        studio.cancels.undo([runs], ANN)


def test_only_whose_it_is_cancels_it(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    (id_,) = waiting(studio, ANN, 1)
    by_link = Viewer(BOB.owner, opened=frozenset({id_}))
    acts = (
        studio.cancels.one,
        studio.cancels.press,
        studio.cancels.running,
        studio.cancels.remaining,
    )
    for act in acts:
        with pytest.raises(Absent):
            act(id_, BOB)
        with pytest.raises(ReadOnly):
            act(id_, by_link)
    assert studio.cancels.some([id_, "nothing"], BOB).count == 0
    assert places(studio, ANN) == [id_]


def test_a_cancel_that_cannot_be_stored_cancels_nothing(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    ids = waiting(studio, ANN, 3)
    studio._store.close()
    with pytest.raises(StorageError):
        studio.cancels.all(ANN)
    assert places(studio, ANN) == ids
