"""Webhooks over real HTTP: each event at least once, in order, signed, whatever happens between."""

import hashlib
import hmac
import json
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storage.hooks import Hook, Letter
from storage.records import Status
from studio.notifications import deliverer as module
from studio.notifications.calls import Outcome
from studio.notifications.hooks import MAX_HOOKS
from tests.faults.house import wait_until
from tests.studio.notifications.house import ANN, BOB, House, Open, events, ids, last
from tests.support.paths import ROOT
from tests.support.receiver import Receiver, closed_port
from tests.support.records import generation


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
from tests.studio.notifications.house import ANN, House
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


def test_a_time_that_is_none_is_told_as_now(house: House) -> None:
    hook = house.hooks.add(ANN, "http://127.0.0.1:9/", ["failed"])
    begun = time.time() - 1
    for number, wrong in enumerate((float("nan"), float("inf"), -1.0, 1e300)):
        record = generation(number, owner=ANN.owner, status=Status.QUEUED)
        house.store.generations.add([record])
        house.store.generations.change(record.id, status=Status.FAILED, finished_at=wrong)
    letters = house.store.hooks.waiting([hook.id], 10)[hook.id]
    assert [letter.event for letter in letters] == ["failed"] * 4
    assert all(begun < letter.happened_at < time.time() + 1 for letter in letters)


def test_an_owner_of_many_slow_hooks_takes_one_turn_at_a_time(
    open_house: Open, receiver: Receiver
) -> None:
    house, told = open_house(), []

    def send(hook: Hook, _letters: object) -> Outcome:
        told.append(hook.owner)
        time.sleep(0.02 if hook.owner == BOB.owner else 0.0)
        return Outcome(worked=True, sentence="")

    house.deliverer._send = dict.fromkeys(house.deliverer._send, send)
    for number in range(MAX_HOOKS):
        house.hooks.add(BOB, f"{receiver.url}/{number}", ["queued"])
    house.hooks.add(ANN, receiver.url, ["queued"])
    for number in range(5):
        house.run(number, owner=BOB.owner)
        house.run(100 + number)
    house.deliverer.start()
    wait_until(lambda: told.count(ANN.owner) == 5)
    assert told.count(BOB.owner) <= 6


def test_a_hook_that_cannot_be_told_at_all_holds_up_no_other(
    open_house: Open, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    house = open_house()
    bad = house.hooks.add(BOB, receiver.url, ["queued"])
    sends = house.deliverer._send["webhook"]

    def send(hook: Hook, letters: Any) -> Outcome:
        if hook.id == bad.id:
            raise RuntimeError("nobody thought of it")
        return sends(hook, letters)

    house.deliverer._send = {"webhook": send}
    house.hooks.add(ANN, receiver.url, ["queued"])
    house.run(1, owner=BOB.owner)
    house.run(2)
    house.deliverer.start()
    assert events(receiver.wait(lambda calls: bool(calls))) == ["queued"]
    wait_until(lambda: "could not be told" in last(house, BOB).result)
    assert "nobody thought of it" in caplog.text


def test_a_large_press_is_told_in_one_message_whatever_else_is_held(house: House) -> None:
    told: list[set[str]] = []

    def send(_hook: Hook, letters: Sequence[Letter]) -> Outcome:
        told.append({letter.data["generationId"] for letter in letters})
        return Outcome(worked=True, sentence="")

    hook = house.hooks.add(ANN, "http://127.0.0.1:9/", ["queued"])
    house.store.hooks.keep(replace(house.store.hooks.of(ANN.owner)[0], kind=module.MESSAGE))
    house.deliverer._send = {module.MESSAGE: send}
    house.deliverer._going = lambda _owner: {"long"}
    many = [replace(generation(n), group="long" if n < 120 else "over") for n in range(240)]
    house.store.generations.add(many)
    house.deliverer.start()
    wait_until(lambda: last(house).worked)
    assert told == [{record.id for record in many[120:]}]
    assert len(house.store.hooks.waiting([hook.id], 999)[hook.id]) == 120


def test_what_is_imported_or_only_changed_is_not_told(house: House) -> None:
    hook = house.hooks.add(ANN, "http://127.0.0.1:9/")
    house.store.generations.add([generation(7, status=Status.FINISHED, origin="import")])
    made = replace(generation(8), status=Status.SUBMITTED)
    house.store.generations.add([made])
    house.store.generations.change(made.id, status=Status.QUEUED)  # a try that came to nothing
    house.store.generations.change(made.id, priority=1)
    assert house.store.hooks.waiting([hook.id], 10) == {}
