"""Uploads that nothing names go after a day; what anything names stays."""

import os
import time
from pathlib import Path

from storage.records import Generation, Status
from studio.background.process import ARRIVALS
from studio.uploads.sweeping import KEPT_SECONDS, Sweeping
from tests.support.stores import open_store


def put(folder: Path, name: str, *, is_old: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"x")
    if is_old:
        then = time.time() - KEPT_SECONDS - 60
        os.utime(path, (then, then))
    return path


def test_only_what_is_old_and_named_nowhere_goes(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    names = [f"{digit * 64}.png" for digit in "abcdef"]
    uploads = {name: put(tmp_path / "uploads", name) for name in names}
    new = put(tmp_path / "uploads", f"{'0' * 64}.png", is_old=False)
    other = put(tmp_path / "uploads", "notes.txt")
    sent = put(tmp_path / ARRIVALS / ("1" * 64), "sent.png")
    request = {"image": names[0]}
    binned = {"workflow": "w", "uploads": {"3.image": names[1]}}
    for id_, asked in (("1", request), ("2", binned)):
        store.generations.add([Generation(id_, id_, "ann", Status.FINISHED, 1.0, asked)])
    store.library.bin(["2"], "ann")
    store.documents.keep("draft", "ann", "d", {"uploads": {"a": names[2]}})
    store.documents.keep("preset", "ann", "p", {"graph": {"1": {"inputs": {"image": names[3]}}}})
    sweeping = Sweeping(store, tmp_path)
    sweeping.held.append(lambda: {names[4]})
    sweeping.sweep(lambda: True)
    assert uploads[names[5]].exists()
    sweeping.sweep(lambda: False)
    assert [name for name in names if not uploads[name].exists()] == [names[5]]
    assert new.exists()
    assert other.exists()
    assert not sent.parent.exists()
    store.close()


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    Sweeping(store, tmp_path).sweep(lambda: False)
    store.close()
