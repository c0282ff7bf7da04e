"""Many threads at one store, who listens to it, and its end."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from storage.engine.database import IDLE_LOG
from storage.errors import Outdated, StoreClosed
from storage.records import Generation, Status
from storage.store import Store
from tests.support.records import count, generation, image, node_run


def test_a_change_is_made_only_if_its_condition_holds_of_what_is_stored(store: Store) -> None:
    first, second = generation(1), generation(2)
    store.generations.add([first, second])
    store.generations.change(first.id, priority=5)

    def is_usual(record: Generation) -> bool:
        return record.priority == 0

    with pytest.raises(Outdated):
        store.generations.change(first.id, when=is_usual, priority=7)
    with pytest.raises(Outdated):
        store.generations.complete(first.id, node_runs=(), when=is_usual, priority=7)
    changed = store.generations.change_many(
        {g.id: {"priority": 7} for g in (first, second)}, when=is_usual
    )
    assert [c.id for c in changed] == [second.id]
    assert [found.priority for g in (first, second) if (found := store.generations.get(g.id))] == [
        5,
        7,
    ]


def _has_priority(priority: int, record: Generation) -> bool:
    return record.priority == priority


def test_who_listens_hears_of_changes_in_the_order_in_which_they_are_stored(store: Store) -> None:
    record = generation()
    store.generations.add([record])
    heard: list[int] = []
    store.generations.listen(lambda records: heard.extend(r.priority for r in records))

    def count(_: int) -> None:
        for _ in range(20):
            now = store.generations.get(record.id)
            assert now is not None
            with suppress(Outdated):
                is_same = partial(_has_priority, now.priority)
                store.generations.change(record.id, when=is_same, priority=now.priority + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count, range(4)))
    assert heard == list(range(1, len(heard) + 1))
    assert heard


def test_sixteen_threads_write_and_nothing_is_lost(store: Store) -> None:
    shared = generation(10_000, texts=())
    store.generations.add([shared])

    def work(thread: int) -> list[Generation]:
        ids = []
        for n in range(6):
            made = generation(thread * 100 + n)
            store.generations.add([made])
            store.generations.change(made.id, status=Status.RUNNING, server=f"s{thread}")
            store.generations.change(shared.id, attempts=thread)
            ids.append(
                store.generations.complete(
                    made.id, node_runs=[node_run()], status=Status.FINISHED, images=(image(),)
                )
            )
        return ids

    with ThreadPoolExecutor(16) as pool:
        done = [g for made in pool.map(work, range(16)) for g in made]
    assert count(store, None) == 16 * 6 + 1
    assert [store.generations.get(g.id) for g in done] == done
    assert all(store.generations.node_runs(g.id) == [node_run()] for g in done)


def test_readers_see_committed_records_while_others_write(store: Store) -> None:
    stop = threading.Event()

    def read() -> int:
        seen = 0
        while not stop.is_set():
            count = len(store.generations.page(owner=None, limit=500))
            assert count >= seen
            seen = count
        return seen

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read) for _ in range(4)]
        for n in range(30):
            store.generations.add([generation(n)])
        stop.set()
        assert all(r.result() <= 30 for r in readers)


def test_after_closing_it_says_so_and_no_thread_is_left(store: Store) -> None:
    store.generations.add([generation()])
    before = len(writers())
    store.close()
    store.close()
    with pytest.raises(StoreClosed, match="shutting down"):
        store.generations.add([generation(1)])
    with pytest.raises(StoreClosed):
        store.generations.get(generation().id)
    assert len(writers()) == before - 1


def writers() -> list[threading.Thread]:
    """Of all stores that are open in this process."""
    return [t for t in threading.enumerate() if t.name == "storage-writer"]


def test_the_log_is_folded_in_while_nothing_is_written(tmp_path: Path) -> None:
    store = Store(tmp_path)
    log = tmp_path / "stepglass.duckdb.wal"
    text = random.Random(1).randbytes(2**20).hex()  # DuckDB's log is not compressed
    store.generations.add([generation(prompt=text)])
    assert len(text) > IDLE_LOG
    until = time.monotonic() + 30
    while log.exists() and log.stat().st_size > IDLE_LOG:
        assert time.monotonic() < until
        time.sleep(0.02)
    found = store.generations.get(generation().id)
    assert found is not None
    assert found.prompt == text
    store.close()
