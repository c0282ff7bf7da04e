"""Usage, clean-ups that say first what they free, and the janitor."""

import logging
import os
import threading
import time
from dataclasses import replace

import pytest

from storage.files.kept_files import keep
from storage.records import Generation, ImageKey, Status
from storage.search.query import Search
from storage.search.usage import Freed, Rule
from storage.store import Store
from studio.access.viewer import GUEST, ONE, Viewer
from studio.background.janitor import Janitor
from studio.errors import StudioError
from studio.library.calendar import DAYS_SEEN, Calendar
from studio.library.cleanup import BIN_DAYS, DAY, Upkeep
from tests.support.records import NOON, generation, image

ME = Viewer(ONE)
ANN, BOB, ADMIN = Viewer("user:ann"), Viewer("user:bob"), Viewer("user:root", is_admin=True)


def _kept(store: Store, number: int, **fields: object) -> Generation:
    """A finished generation with a file of ten bytes."""
    made = _with_file(store, number, **fields)
    store.generations.add([made])
    return made


def _with_file(store: Store, number: int, **fields: object) -> Generation:
    made = generation(number, **({"status": Status.FINISHED} | fields))
    return replace(made, images=(keep(store.folder, made.id, 0, b"ten bytes."),))


def _upkeep(store: Store, *, is_private: bool = False) -> Upkeep:
    return Upkeep(store, store.folder, is_private=is_private)


def test_usage_counts_ones_own_by_month_and_checkpoint(store: Store) -> None:
    _kept(store, 0, checkpoint="a")
    _kept(store, 1, checkpoint="b")
    _kept(store, 2, checkpoint="b", created_at=NOON + 40 * DAY)
    _kept(store, 3, deleted_at=NOON)
    _kept(store, 4, owner=BOB.owner)
    found = _upkeep(store).usage(ANN)
    assert (found.generations, found.files, found.bytes) == (3, 3, 30)
    assert (found.bin_generations, found.bin_bytes) == (1, 10)
    assert found.months == (("2026-10", 1, 10), ("2026-09", 2, 20))
    assert found.checkpoints == (("b", 2, 20), ("a", 1, 10))
    assert _upkeep(store).usage(ADMIN).generations == 4
    assert _upkeep(store).usage(Viewer("user:new")).files == 0


def test_what_is_old_and_not_cherished_goes_into_the_bin(store: Store) -> None:
    plain = _kept(store, 0)
    cherished: list[dict[str, object]] = [
        {"rating": 1},
        {"favourite": True},
        {"tags": ("x",)},
        {"note": "x"},
        {"collections": ("c",)},
    ]
    for n, fields in enumerate(cherished, 1):
        _kept(store, n, **fields)
    _kept(store, 8, created_at=time.time())
    _kept(store, 9, owner=BOB.owner)
    store.generations.add([generation(10, status=Status.RUNNING)])
    upkeep = _upkeep(store)
    days = int((time.time() - NOON) / DAY) - 1
    assert upkeep.plan(ANN, Rule.OLD, days) == Freed(1, 1, 10)
    assert upkeep.clean(ANN, Rule.OLD, days) == Freed(1, 1, 10)
    binned = store.library.search(Search(binned=True), owner=None)
    assert [g.id for g in binned] == [plain.id]
    assert (store.folder / plain.images[0].path).exists()
    assert upkeep.plan(ANN, Rule.OLD, days) == Freed()
    for none in (0, -1, 10**9):
        with pytest.raises(StudioError, match="days"):
            upkeep.plan(ANN, Rule.OLD, none)


def test_what_bore_no_fruit_goes_into_the_bin(store: Store) -> None:
    store.generations.add([generation(n, status=status) for n, status in enumerate(Status)])
    store.generations.add([generation(20, status=Status.FAILED, owner=BOB.owner)])
    assert _upkeep(store).plan(ANN, Rule.FRUITLESS, 0) == Freed(3)
    assert _upkeep(store).clean(ANN, Rule.FRUITLESS, 0) == Freed(3)
    left = {g.status for g in store.generations.page(owner=ANN.owner)}
    assert left == {Status.QUEUED, Status.SUBMITTED, Status.RUNNING, Status.FINISHED}
    assert len(store.generations.page(owner=BOB.owner)) == 1


def test_the_bin_is_emptied_for_its_owner_with_the_files(store: Store) -> None:
    mine = [_with_file(store, n, deleted_at=NOON) for n in range(1200)]
    store.generations.add(mine)
    theirs = _kept(store, 2000, deleted_at=NOON, owner=BOB.owner)
    upkeep = _upkeep(store)
    assert upkeep.plan(ANN, Rule.BIN, 0) == Freed(1200, 1200, 12_000)
    assert upkeep.clean(ANN, Rule.BIN, 0) == Freed(1200, 1200, 12_000)
    assert not any((store.folder / g.images[0].path).exists() for g in mine)
    assert (store.folder / theirs.images[0].path).exists()


def test_only_old_files_that_no_record_names_are_orphans(store: Store) -> None:
    named = _kept(store, 0)
    month = (store.folder / named.images[0].path).parent
    old, new = month / "old.png", month / "new.png"
    outside = store.folder.parent / "outside"
    outside.mkdir()
    for file in (old, new, outside / "theirs.png"):
        file.write_bytes(b"12345")
    for file in (old, store.folder / named.images[0].path, outside / "theirs.png"):
        os.utime(file, (1e9, 1e9))
    (store.folder / "images" / "link").symlink_to(outside)
    (month / "link.png").symlink_to(outside / "theirs.png")
    upkeep = _upkeep(store, is_private=True)
    for stranger in (ANN, Viewer(f"{GUEST}{'a' * 32}")):
        with pytest.raises(StudioError, match="one person"):
            upkeep.plan(stranger, Rule.ORPHANS, 0)
    assert upkeep.plan(ME, Rule.ORPHANS, 0) == Freed(0, 1, 5)
    assert upkeep.clean(ME, Rule.ORPHANS, 0) == Freed(0, 1, 5)
    assert not old.exists()
    assert new.exists()
    assert (store.folder / named.images[0].path).exists()
    assert (outside / "theirs.png").exists()
    assert _upkeep(store).clean(ADMIN, Rule.ORPHANS, 0) == Freed()
    with pytest.raises(StudioError, match="administrator"):
        _upkeep(store).plan(ANN, Rule.ORPHANS, 0)


def test_what_was_made_of_a_kept_video_is_no_orphan(store: Store) -> None:
    named = _kept(store, 0)
    file = store.folder / named.images[0].path
    stem, lone = file.name.partition(".")[0], "0198f0a0-0000-7000-8000-000000000009-0"
    for name in (f"{stem}.storyboard.webp", f"{lone}.storyboard.webp", f"{lone}.thumbnail.webp"):
        (file.parent / name).write_bytes(b"12345")
        os.utime(file.parent / name, (1e9, 1e9))
    assert _upkeep(store).clean(ADMIN, Rule.ORPHANS, 0) == Freed(0, 2, 10)
    assert (file.parent / f"{stem}.storyboard.webp").exists()


def test_the_bin_lets_go_of_what_lay_there_for_thirty_days(store: Store) -> None:
    now = float(int(time.time()))
    long_ago, lately = now - (BIN_DAYS + 1) * DAY, now - (BIN_DAYS - 1) * DAY
    old = _kept(store, 0, deleted_at=long_ago)
    new = _kept(store, 1, deleted_at=lately)
    _run_for_days(store, now - 10 * DAY, 10)
    rounds = threading.Semaphore(0)
    upkeep = _upkeep(store)
    janitor = Janitor([upkeep.purge_old, lambda _is_stopping: rounds.release()])
    janitor.start()
    assert rounds.acquire(timeout=20)
    janitor.wake()
    assert rounds.acquire(timeout=20)
    janitor.close()
    assert store.generations.get(old.id, deleted=True) is None
    assert not (store.folder / old.images[0].path).exists()
    assert store.generations.get(new.id, deleted=True) == new


def test_what_the_bin_lets_go_of_is_logged_single_images_too(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    now = float(int(time.time()))
    _run_for_days(store, now - 10 * DAY, 10)
    made = generation(0, status=Status.FINISHED, images=(image(0), image(1)))
    store.generations.add([made])
    monkeypatch.setattr("storage.library.time", lambda: now - (BIN_DAYS + 1) * DAY)
    store.library.bin([ImageKey(made.id, 0)], None)
    with caplog.at_level(logging.INFO):
        _upkeep(store).purge_old(lambda: False)
        _upkeep(store).purge_old(lambda: False)
    assert [one.getMessage() for one in caplog.records if one.name == Upkeep.__module__] == [
        "Emptied from the bin after 30 days: 0 generations, 1 files, 1234 bytes"
    ]


def test_a_chore_that_fails_keeps_neither_the_next_nor_the_next_round() -> None:
    rounds = threading.Semaphore(0)

    def fail(_is_stopping: object) -> None:
        raise ValueError("broken")

    before = set(threading.enumerate())  # an app that tests share has a janitor of its own
    janitor = Janitor([fail, lambda _is_stopping: rounds.release()], every=0.001)
    janitor.start()
    assert rounds.acquire(timeout=20)
    assert rounds.acquire(timeout=20)
    janitor.close()
    assert not any(t.name == "janitor" for t in set(threading.enumerate()) - before)


def _run_for_days(store: Store, since: float, days: int) -> None:
    for day in range(days):
        Calendar(store).look(since + day * DAY)


def _bin_is_looked_at(store: Store, monkeypatch: pytest.MonkeyPatch, at: float) -> None:
    with monkeypatch.context() as clock:
        clock.setattr("time.time", lambda: at)
        _upkeep(store).purge_old(lambda: False)


def test_a_clock_that_is_ahead_for_a_while_does_not_empty_the_bin(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = float(int(time.time()))
    _run_for_days(store, now - 40 * DAY, 40)
    lately = _kept(store, 1, deleted_at=now - 60)
    for hours in range(1, 120):  # five days of it
        _bin_is_looked_at(store, monkeypatch, now + 31 * DAY + hours * 3600)
    assert store.generations.get(lately.id, deleted=True) == lately
    for day in range(29):
        _bin_is_looked_at(store, monkeypatch, now + day * DAY)
    assert store.generations.get(lately.id, deleted=True) == lately
    for day in range(29, 32):
        _bin_is_looked_at(store, monkeypatch, now + day * DAY)
    assert store.generations.get(lately.id, deleted=True) is None


def test_the_bin_waits_until_enough_days_were_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = float(int(time.time()))
    old = _kept(store, 1, deleted_at=now - 300 * DAY)
    for day in range(DAYS_SEEN - 1):
        _bin_is_looked_at(store, monkeypatch, now + day * DAY)
        assert store.generations.get(old.id, deleted=True) == old
    _bin_is_looked_at(store, monkeypatch, now + DAYS_SEEN * DAY)
    assert store.generations.get(old.id, deleted=True) is None
