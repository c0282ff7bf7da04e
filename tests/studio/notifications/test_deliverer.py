"""Webhooks over real HTTP: each event at least once, in order, signed, whatever happens between."""

import hashlib
import hmac
import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from storage.engine.database import FILE_NAME
from storage.engine.migrate import MIGRATIONS, migrate
from storage.hooks import Hook
from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid, StudioError, TooMany
from studio.notifications import deliverer as module
from studio.notifications.deliverer import Deliverer, Pace
from studio.notifications.hooks import EVENTS, MAX_HOOKS, Hooks
from studio.notifications.senders import senders
from tests.faults.house import wait_until
from tests.support.paths import ROOT
from tests.support.receiver import Call, Receiver, closed_port
from tests.support.records import generation, image

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
HASTY = Pace(first_retry=0.05, max_retry=0.4, look=0.05, message=0.05)
Open = Callable[[], "House"]


class House:
    """A store with its deliverer, not started."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        send = senders(allow_private=True)
        self.deliverer = Deliverer(self.store, send, lambda _: (), HASTY)
        self.hooks = Hooks(self.store, self.deliverer, send, allow_private=True)

    def run(self, number: int, *ends: Status, owner: str = ANN.owner) -> str:
        """Queue a generation and take it through *ends*."""
        record = generation(number, owner=owner, status=Status.QUEUED)
        self.store.generations.add([record])
        for status in ends:
            fields: dict[str, Any] = {"status": status}
            if status.is_final:
                fields |= {"finished_at": time.time(), "images": (image(0),)}
            self.store.generations.change(record.id, **fields)
        return record.id

    def close(self) -> None:
        self.deliverer.close()
        self.store.close()


@pytest.fixture
def open_house(tmp_path: Path) -> Iterator[Open]:
    """Open houses on one folder, one after the other."""
    opened: list[House] = []

    def open_() -> House:
        for earlier in opened:
            earlier.close()
        opened[:] = [House(tmp_path / "data")]
        return opened[0]

    yield open_
    for house in opened:
        house.close()


@pytest.fixture
def house(open_house: Open) -> House:
    return open_house()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def events(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["event"] for call in calls]


def ids(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["id"] for call in calls]


def last(house: House, viewer: Viewer = ANN) -> Hook:
    return house.hooks.of(viewer)[0]


def test_what_happens_to_a_job_is_told_in_order_and_signed(
    house: House, receiver: Receiver
) -> None:
    hook = house.hooks.add(ANN, receiver.url)
    house.deliverer.start()
    id_ = house.run(1, Status.SUBMITTED, Status.RUNNING, Status.FINISHED)
    calls = receiver.wait(lambda calls: len(calls) == 3)
    assert events(calls) == ["queued", "started", "finished"]
    for call in calls:
        told = json.loads(call.body)
        assert told["data"]["generationId"] == id_
        assert call.headers["Stepglass-Event"] == told["event"]
        assert call.headers["Stepglass-Event-Id"] == told["id"]
        at, signed = (
            part.partition("=")[2] for part in call.headers["Stepglass-Signature"].split(",")
        )
        whole = at.encode() + b"." + call.body
        assert hmac.new(hook.secret.encode(), whole, hashlib.sha256).hexdigest() == signed
    assert len(set(ids(calls))) == 3
    assert json.loads(calls[-1].body)["data"]["images"] == 1
    wait_until(lambda: last(house).worked)
    assert last(house).result == "Delivered (HTTP 200)."


def test_a_hook_is_told_of_what_it_was_added_for_and_of_nobody_elses(
    house: House, receiver: Receiver
) -> None:
    house.hooks.add(ANN, receiver.url, ["failed", "cancelled"])
    house.deliverer.start()
    house.run(1, Status.RUNNING, Status.FAILED, owner=BOB.owner)
    house.run(2, Status.RUNNING, Status.FINISHED)
    house.run(3, Status.CANCELLED)
    house.run(4, Status.RUNNING, Status.LOST)
    calls = receiver.wait(lambda calls: len(calls) == 2)
    assert events(calls) == ["cancelled", "failed"]


def test_a_failed_try_is_made_again_with_the_same_id_before_what_comes_next(
    house: House, receiver: Receiver
) -> None:
    receiver.statuses = [500, 503, 429, 200]
    house.hooks.add(ANN, receiver.url)
    house.deliverer.start()
    house.run(1, Status.RUNNING)
    calls = receiver.wait(lambda calls: len(calls) == 5)
    assert events(calls) == ["queued"] * 4 + ["started"]
    assert len(set(ids(calls[:4]))) == 1


def test_who_is_down_hears_of_it_once_they_are_up(house: House) -> None:
    port = closed_port()
    house.hooks.add(ANN, f"http://127.0.0.1:{port}/hook", ["finished"])
    house.deliverer.start()
    house.run(1, Status.RUNNING, Status.FINISHED)
    wait_until(lambda: "could not be connected" in last(house).result)
    assert not last(house).worked
    with Receiver(port) as receiver:
        assert events(receiver.wait(lambda calls: bool(calls))) == ["finished"]
        wait_until(lambda: last(house).worked)


def test_a_redirect_is_not_followed_and_is_said(house: House, receiver: Receiver) -> None:
    with Receiver() as other:
        receiver.statuses, receiver.location = [307], other.url
        house.hooks.add(ANN, receiver.url, ["queued"])
        house.deliverer.start()
        house.run(1)
        wait_until(lambda: "redirect (HTTP 307)" in last(house).result)
        assert other.calls == []


def test_one_that_never_answers_keeps_nobody_else_waiting(house: House, receiver: Receiver) -> None:
    with Receiver() as silent:
        silent.raw = None
        house.hooks.add(BOB, silent.url, ["queued"])
        house.hooks.add(ANN, receiver.url, ["queued"])
        house.deliverer.start()
        for number in range(6):
            house.run(number, owner=BOB.owner)
            house.run(100 + number)
        assert len(receiver.wait(lambda calls: len(calls) == 6)) == 6
        assert len(silent.calls) <= 2


def test_what_is_refused_is_dropped_after_some_tries_and_counted(
    house: House, receiver: Receiver
) -> None:
    receiver.statuses = [404] * module.REFUSED_TRIES + [200]
    house.hooks.add(ANN, receiver.url, ["queued"])
    house.deliverer.start()
    first, second = house.run(1), house.run(2)
    calls = receiver.wait(lambda calls: len(calls) == module.REFUSED_TRIES + 1)
    told = [json.loads(call.body)["data"]["generationId"] for call in calls]
    assert told == [first] * module.REFUSED_TRIES + [second]
    wait_until(lambda: last(house).worked)
    assert last(house).dropped == 1


def test_a_restart_goes_on_where_it_was(open_house: Open, receiver: Receiver) -> None:
    house = open_house()
    house.hooks.add(ANN, receiver.url, ["finished"])
    house.run(1, Status.RUNNING, Status.FINISHED)  # nothing delivers here
    house = open_house()
    house.deliverer.start()
    assert events(receiver.wait(lambda calls: bool(calls))) == ["finished"]


_KILLED = """
import os, signal, sys
from pathlib import Path
from storage.records import Status
from studio.notifications import senders as senders_module
from tests.studio.notifications.test_deliverer import ANN, House
house = House(Path(sys.argv[1]))
house.hooks.add(ANN, sys.argv[2], ["finished"])
die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "told":
    house.store.hooks.settle = lambda *_, **__: die()
    house.deliverer.start()
house.run(1, Status.RUNNING, Status.FINISHED)
if sys.argv[3] == "stored":
    die()
house.deliverer._threads[0].join()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no SIGKILL here")
@pytest.mark.parametrize(("when", "calls_before"), [("stored", 0), ("told", 1)])
def test_a_kill_between_the_change_and_its_end_tells_it_at_least_once(
    open_house: Open, tmp_path: Path, receiver: Receiver, when: str, calls_before: int
) -> None:
    command = [sys.executable, "-c", _KILLED, str(tmp_path / "data"), receiver.url, when]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert len(receiver.calls) == calls_before
    house = open_house()
    house.deliverer.start()
    calls = receiver.wait(lambda calls: len(calls) == calls_before + 1)
    assert events(calls) == ["finished"] * len(calls)
    assert len(set(ids(calls))) == 1


def test_what_is_too_old_or_too_many_is_dropped_and_counted(house: House) -> None:
    house.hooks.add(ANN, f"http://127.0.0.1:{closed_port()}/", ["queued"])
    for number in range(5):
        house.run(number)
    house.store.hooks.tidy(0.0, 3)
    hook = last(house)
    waiting = house.store.hooks.waiting([hook.id], 10)[hook.id]
    assert (len(waiting), hook.dropped) == (3, 2)
    house.store.hooks.tidy(time.time() + 1, 3)
    assert house.store.hooks.waiting([hook.id], 10) == {}
    assert last(house).dropped == 5


def test_a_removed_hook_is_told_nothing_more(house: House, receiver: Receiver) -> None:
    hook = house.hooks.add(ANN, receiver.url, ["queued"])
    house.run(1)
    with pytest.raises(Absent):
        house.hooks.remove(BOB, hook.id)
    house.hooks.remove(ANN, hook.id)
    assert house.store.hooks.waiting([hook.id], 10) == {}
    assert house.hooks.of(ANN) == ()


def test_a_hook_goes_along_where_its_owner_becomes_another(
    house: House, receiver: Receiver
) -> None:
    house.hooks.add(Viewer("browser:1"), receiver.url, ["queued"])
    house.store.owners.take_over("browser:1", ANN.owner)
    house.deliverer.start()
    house.run(1)
    assert events(receiver.wait(lambda calls: bool(calls))) == ["queued"]


def test_a_test_says_how_it_went_and_may_not_be_made_too_often(
    house: House, receiver: Receiver
) -> None:
    hook = house.hooks.add(ANN, receiver.url)
    assert hook.secret.startswith("whsec_")
    assert last(house).secret == ""
    assert house.hooks.test(ANN, hook.id).worked
    assert events(receiver.calls) == ["test"]
    with pytest.raises(Absent):
        house.hooks.test(BOB, hook.id)
    receiver.statuses = [500]
    assert house.hooks.test(ANN, hook.id).sentence == "It answered HTTP 500."
    assert last(house).result == "It answered HTTP 500."
    for _ in range(3):
        house.hooks.test(ANN, hook.id)
    with pytest.raises(TooMany):
        house.hooks.test(ANN, hook.id)


def test_hooks_have_a_limit_and_known_events(house: House) -> None:
    for number in range(MAX_HOOKS):
        house.hooks.add(ANN, f"http://127.0.0.1:9/{number}")
    with pytest.raises(StudioError, match="remove one first"):
        house.hooks.add(ANN, "http://127.0.0.1:9/")
    with pytest.raises(Invalid, match="There is no event “done”"):
        house.hooks.add(BOB, "http://127.0.0.1:9/", ["done"])
    assert last(house).events == EVENTS


def test_what_is_imported_or_only_changed_is_not_told(house: House) -> None:
    hook = house.hooks.add(ANN, "http://127.0.0.1:9/")
    house.store.generations.add([generation(7, status=Status.FINISHED, origin="import")])
    made = replace(generation(8), status=Status.SUBMITTED)
    house.store.generations.add([made])
    house.store.generations.change(made.id, status=Status.QUEUED)  # a try that came to nothing
    house.store.generations.change(made.id, priority=1)
    assert house.store.hooks.waiting([hook.id], 10) == {}


def test_the_documented_check_takes_what_is_ours_and_nothing_else(
    house: House, receiver: Receiver
) -> None:
    hook = house.hooks.add(ANN, receiver.url)
    house.hooks.test(ANN, hook.id)
    (call,) = receiver.calls
    page = (ROOT / "docs" / "notifications.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(page.partition("```python\n")[2].partition("```")[0], example)
    is_genuine, header = example["is_genuine"], call.headers["Stepglass-Signature"]
    assert is_genuine(hook.secret, header, call.body)
    assert not is_genuine("whsec_other", header, call.body)
    assert not is_genuine(hook.secret, header, call.body + b" ")
    assert not is_genuine(hook.secret, f"t=1{header[2:]}", call.body)


def test_a_database_of_the_version_before_gets_hooks(tmp_path: Path, open_house: Open) -> None:
    (tmp_path / "data").mkdir()
    before = tmp_path / "before"
    before.mkdir()
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if not file.name.endswith("_hooks.sql"):
            shutil.copy(file, before)
        else:
            break
    with duckdb.connect(str(tmp_path / "data" / FILE_NAME)) as connection:
        migrate(connection, before)
    house = open_house()
    hook = house.hooks.add(ANN, "http://127.0.0.1:9/")
    id_ = house.run(1, Status.RUNNING, Status.FINISHED)
    waiting = house.store.hooks.waiting([hook.id], 10)[hook.id]
    assert [letter.event for letter in waiting] == ["queued", "started", "finished"]
    assert {letter.data["generationId"] for letter in waiting} == {id_}
