"""Who has hooks, how many, and whose they become."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from storage.engine.database import FILE_NAME
from storage.engine.migrate import MIGRATIONS, migrate
from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import Absent, Invalid, StudioError, TooMany
from studio.notifications import hooks as hooks_module
from studio.notifications.hooks import EVENTS, MAX_HOOKS
from tests.studio.notifications.house import ANN, BOB, House, Open, events, last
from tests.support.paths import ROOT
from tests.support.receiver import Receiver


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


def test_no_strangers_hook_goes_along_where_all_of_a_kind_become_one(house: House) -> None:
    for number in (1, 2):
        house.hooks.add(Viewer(f"browser:{number}"), "http://127.0.0.1:9/", ["queued"])
        house.run(number, owner=f"browser:{number}")
    hooks = [hook.id for hook in house.store.hooks.all()]
    house.store.owners.take_over("browser:", ANN.owner)
    assert house.store.hooks.all() == ()
    assert house.store.hooks.waiting(hooks, 10) == {}


def test_adding_is_limited_before_anything_is_looked_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []
    monkeypatch.setattr(hooks_module, "check_reachable", lambda url, **_: looked_at.append(url))
    with pytest.raises(StudioError, match="who you are"):
        house.hooks.add(Viewer("browser:new", is_new=True), "http://127.0.0.1:9/")
    assert looked_at == []
    for _ in range(MAX_HOOKS):
        house.hooks.remove(BOB, house.hooks.add(BOB, "http://127.0.0.1:9/").id)
    with pytest.raises(TooMany):
        house.hooks.add(BOB, "http://127.0.0.1:9/")
    for number in range(MAX_HOOKS):
        house.hooks.add(ANN, f"http://127.0.0.1:9/{number}")
    with pytest.raises(StudioError, match="remove one first"):
        house.hooks.add(ANN, "http://127.0.0.1:9/")
    assert len(looked_at) == 2 * MAX_HOOKS


def test_many_new_people_renew_nobodys_turn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks_module, "PEOPLE_REMEMBERED", 3)
    for _ in range(MAX_HOOKS):
        house.hooks.remove(ANN, house.hooks.add(ANN, "http://127.0.0.1:9/").id)
    for number in range(2):
        house.hooks.add(Viewer(f"browser:{number}"), "http://127.0.0.1:9/")
    with pytest.raises(TooMany):
        house.hooks.add(ANN, "http://127.0.0.1:9/")


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
