"""Jobs changed from several threads: what is shown is what is stored."""

import asyncio
import threading
import time

import pytest

from comfy.workflow.request import GenerationRequest
from storage.errors import StorageError
from storage.records import Generation, Status
from storage.store import Store
from studio.generations.new_records import press_of, records_of
from studio.jobs.jobs import Jobs
from studio.jobs.notifier import Board
from tests.studio.conftest import WAIT_SECONDS

ROUNDS = 25


@pytest.fixture
def taken(jobs: Jobs) -> Generation:
    jobs.create(records_of(press_of(GenerationRequest(checkpoint="c")), "user:ann"))
    job = jobs.take("one", is_ready=lambda: True)
    assert job is not None
    return job.record


def shown(jobs: Jobs, id_: str) -> Generation:
    job = jobs.get(id_)
    assert job is not None
    return job.record


def test_changes_from_two_threads_forget_nothing_of_each_other(
    jobs: Jobs, store: Store, taken: Generation
) -> None:
    for n in range(ROUNDS):
        first = threading.Thread(target=jobs.change, args=(taken.id,), kwargs={"attempts": n})
        second = threading.Thread(target=jobs.change, args=(taken.id,), kwargs={"priority": n})
        for thread in (first, second):
            thread.start()
        for thread in (first, second):
            thread.join()
        stored = store.generations.get(taken.id)
        assert stored is not None
        for record in (stored, shown(jobs, taken.id)):
            assert (record.attempts, record.priority) == (n, n)


def test_what_is_put_back_unwanted_is_over(jobs: Jobs, store: Store, taken: Generation) -> None:
    sent = jobs.change(taken.id, status=Status.SUBMITTED, server="one", cancel_asked=True)
    assert sent is not None
    assert jobs.put_back(sent, "")
    record = store.generations.get(taken.id)
    assert record is not None
    assert record.status is Status.CANCELLED
    assert jobs.get(taken.id) is None


def test_an_end_is_written_once(jobs: Jobs, store: Store, taken: Generation) -> None:
    assert jobs.finish(taken.id, status=Status.FINISHED) is not None
    assert jobs.finish(taken.id, status=Status.CANCELLED) is None
    record = store.generations.get(taken.id)
    assert record is not None
    assert record.status is Status.FINISHED


def test_a_cancel_that_cannot_be_stored_leaves_the_job_waiting(jobs: Jobs, store: Store) -> None:
    (record,) = records_of(press_of(GenerationRequest(checkpoint="c")), "user:ann")
    jobs.create([record])
    store.close()
    with pytest.raises(StorageError):
        jobs.cancel_waiting([record.id])
    assert [(waiting.id, place) for waiting, place in jobs.waiting()] == [(record.id, 1)]


def test_a_job_whose_files_are_being_fetched_keeps_no_server_from_the_next(jobs: Jobs) -> None:
    jobs.create(records_of(press_of(GenerationRequest(checkpoint="c", prompts=3)), "user:ann"))

    def take() -> str:
        job = jobs.take("one", is_ready=lambda: True)
        return job.record.id if job else ""

    first, second = take(), take()
    assert first
    assert second
    jobs.show(first, keeping=True)
    assert take()


def test_a_clock_set_back_puts_nobody_before_those_who_wait(
    jobs: Jobs, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = GenerationRequest(checkpoint="c", prompts=3)
    jobs.create(records_of(press_of(asked), "user:ann"))
    now = time.time()
    monkeypatch.setattr("studio.generations.new_records.time.time", lambda: now - 3600)
    jobs.create(records_of(press_of(asked), "user:ann"))
    again = Jobs(store, Board())  # after a restart
    again.adopt(store.generations.unfinished())
    monkeypatch.setattr("studio.generations.new_records.time.time", lambda: now - 7200)
    again.create(records_of(press_of(asked), "user:ann"))
    line = again.waiting_of("user:ann")
    assert [g.created_at for g in line] == sorted((g.created_at for g in line), reverse=True)
    assert len({g.position for g in line}) == 9


def test_an_end_wakes_nobody_who_follows_another(jobs: Jobs, board: Board) -> None:
    first, second = records_of(press_of(GenerationRequest(checkpoint="c", prompts=2)), "user:ann")
    jobs.create([first, second])

    async def scene() -> tuple[bool, bool]:
        with board.listen(first.id) as one, board.listen(second.id) as other:
            await asyncio.to_thread(jobs.cancel_waiting, [first.id])
            return await one.wait(WAIT_SECONDS), other._woken

    assert asyncio.run(scene()) == (True, False)


def test_many_are_cancelled_in_one_transaction(jobs: Jobs, store: Store) -> None:
    jobs.create(records_of(press_of(GenerationRequest(checkpoint="c", prompts=50)), "user:ann"))
    ids = [record.id for record, _ in jobs.waiting()]
    commits: list[int] = []
    store.generations.listen(lambda records: commits.append(len(records)))
    assert jobs.cancel_waiting(ids) == tuple(ids)
    assert commits == [50]
    assert jobs.waiting() == []
