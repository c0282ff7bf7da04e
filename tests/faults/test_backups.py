"""A backup of a running Stepglass, restored later: nothing runs a second time by itself."""

from pathlib import Path

import pytest

from comfy.demo.http.server import DemoServer
from storage.records import Status
from storage.transfer.backup import restore
from tests.faults.house import House, viewer


@pytest.mark.parametrize("is_forgotten", [True, False], ids=["history is gone", "history is kept"])
def test_a_restored_backup_runs_nothing_until_people_say_so(
    engine: DemoServer, tmp_path: Path, *, is_forgotten: bool
) -> None:
    house = House(tmp_path / "data", engine.url)
    house.start()
    ids = house.generate(6)
    house.until(lambda: house.runs(ids[0]))
    house.studio._store.backup(tmp_path / "b.zip")
    assert house.statuses(ids) == [Status.FINISHED] * 6
    house.close()
    if is_forgotten:
        engine._loop.call_soon_threadsafe(engine.engine.queue.history.clear)

    restore(tmp_path / "b.zip", tmp_path / "restored")
    later = House(tmp_path / "restored", engine.url)
    later.start()
    later.watch(ids)
    assert later.statuses(later.generate()) == [Status.FINISHED]  # the line goes past the held
    held = [i for i in ids if later.seen[i][-1].status is Status.QUEUED]
    assert held
    assert all("Release it" in later.seen[i][-1].notice for i in held)
    for id_ in set(ids) - set(held):
        assert later.seen[id_][-1].status is Status.LOST
        assert "when the backup was made" in later.seen[id_][-1].record.error
    runs = {entry.prompt_id: entry.runs for entry in engine.books.all()}
    assert [runs[i] for i in ids] == [1] * 6

    later.studio.queue.hold(held[0], viewer(), held=False)
    later.until(lambda: later.is_over(held[0]))
    assert later.seen[held[0]][-1].status is Status.FINISHED
    later.close()
