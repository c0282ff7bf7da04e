"""One owner takes over what others have: all of it, once, or nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from storage.engine.database import FILE_NAME
from storage.hooks import MAX_HOOKS, Hook
from storage.records import Status
from storage.store import Store
from tests.support.paths import ROOT
from tests.support.records import generation
from tests.support.stores import open_store

ONE = "person:one"
KEYED = (("token", "serial"),)
HANDLED = {"generations", "documents", "hooks"}
"""Tables with a column `owner` that are taken over, beside the sums, which are made anew."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two browsers with everything that an owner can have, and an account beside them."""
    store = open_store(tmp_path)
    store.generations.add(
        [
            generation(1, owner="browser:a", status=Status.FINISHED, finished_at=1.8e9),
            generation(2, owner="browser:a"),
            generation(3, owner="browser:b", status=Status.FINISHED, finished_at=1.8e9),
            generation(4, owner="user:ann"),
        ]
    )
    for owner in ("browser:a", "browser:b"):
        store.documents.keep("preset", owner, "fox", {"name": "fox", "graph": {"of": owner}})
        store.documents.keep("draft", owner, f"draft of {owner}", {"text": owner})
        store.documents.keep("token", owner, "serial", {"serial": owner})
        store.flags.set(f"paused:{owner}", on=True)
    store.documents.keep("preset", "user:ann", "fox", {"name": "fox"})
    store.flags.set("paused:user:ann", on=True)
    store.close()
    return tmp_path


def everything(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(folder / FILE_NAME)) as connection:
        return {
            "generations": connection.execute(
                "SELECT id, owner FROM generations ORDER BY id"
            ).fetchall(),
            "documents": connection.execute(
                "SELECT kind, owner, name, data FROM documents ORDER BY ALL"
            ).fetchall(),
            "flags": connection.execute("SELECT name FROM flags ORDER BY ALL").fetchall(),
        }


def test_all_that_an_owner_has_comes_along(folder: Path) -> None:
    store = Store(folder)
    assert store.owners.take_over("browser:", ONE, KEYED) == ("browser:a", "browser:b")
    assert store.owners.count("browser:") == 0
    assert store.owners.count(ONE) == 3
    assert [g.owner for g in store.generations.page(owner="user:ann", limit=9)] == ["user:ann"]
    presets = store.documents.by_name("preset", ONE)
    assert sorted(presets) == ["fox", "fox (2)"]
    assert {name: data["name"] for name, data in presets.items()} == {
        "fox": "fox",
        "fox (2)": "fox (2)",
    }
    assert {data["graph"]["of"] for data in presets.values()} == {"browser:a", "browser:b"}
    assert len(store.documents.by_name("draft", ONE)) == 2
    assert store.documents.by_name("token", ONE) == {
        "browser:a": {"serial": "browser:a"},
        "browser:b": {"serial": "browser:b"},
    }
    # Only a's pause holds something back.
    assert store.flags.names("paused:") == {f"paused:{ONE}", "paused:user:ann"}
    store.close()


def test_once_it_is_done_nothing_is_left_to_do(folder: Path) -> None:
    store = Store(folder)
    store.owners.take_over("browser:", ONE, KEYED)
    store.close()
    before = everything(folder)
    store = Store(folder)
    assert store.owners.take_over("browser:", ONE, KEYED) == ()
    store.close()
    assert everything(folder) == before


@pytest.mark.parametrize(
    ("former", "taken"),
    [
        ("user:ann", ("user:ann",)),
        ("browser:a", ("browser:a",)),
        ("user:ann:", ("user:ann:two",)),
    ],
)
def test_a_name_is_meant_as_a_whole_and_a_kind_by_its_colon(
    folder: Path, former: str, taken: tuple[str, ...]
) -> None:
    store = Store(folder)
    others = ("user:anna", "user:ann:two", "browsers:a", "xuser:ann")
    store.generations.add([generation(10 + n, owner=one) for n, one in enumerate(others)])
    kept = {g.id: g.owner for g in store.generations.page(owner=None) if g.owner not in taken}
    for nobody in ("user:an", "browser", "r:", "%:", ":", ""):
        assert store.owners.take_over(nobody, ONE, KEYED) == ()
    assert store.owners.take_over(former, ONE, KEYED) == taken
    owners = {g.id: g.owner for g in store.generations.page(owner=None)}
    assert {id_: owners[id_] for id_ in kept} == kept
    assert {owners[id_] for id_ in owners.keys() - kept.keys()} == {ONE}
    store.close()


def test_every_table_with_owners_is_taken_over(folder: Path) -> None:
    """A new one has to be thought of: whether names can meet in it."""
    with duckdb.connect(str(folder / FILE_NAME)) as connection:
        found = connection.execute(
            "SELECT DISTINCT table_name FROM duckdb_columns() WHERE column_name = 'owner'"
        ).fetchall()
    assert {name for (name,) in found if not name.startswith("rollup_")} == HANDLED


def hook_of(owner: str, number: int) -> Hook:
    id_ = f"{owner}-{number}"
    return Hook(id_, owner, "webhook", "http://x/", "http://x/", ("queued",), 1.8e9 + number)


def test_one_persons_hooks_come_along_up_to_the_limit(folder: Path) -> None:
    store = Store(folder)
    for number in range(MAX_HOOKS - 2):
        store.hooks.keep(hook_of(ONE, 100 + number))
    for number in range(5):
        store.hooks.keep(hook_of("browser:a", number))
    store.generations.add([generation(10, owner="browser:a", status=Status.QUEUED)])
    store.owners.take_over("browser:a", ONE, KEYED)
    hooks = [hook.id for hook in store.hooks.of(ONE)]
    assert len(hooks) == MAX_HOOKS
    assert [id_ for id_ in hooks if "browser" in id_] == ["browser:a-0", "browser:a-1"]
    letters = store.hooks.waiting([f"browser:a-{number}" for number in range(5)], 9)
    assert sorted(letters) == ["browser:a-0", "browser:a-1"]
    store.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
import storage.engine.owners as owners
from storage.store import Store
point = sys.argv[2]
def kill(name):
    real = getattr(owners, name)
    def wrapped(*arguments):
        result = real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(owners, name, wrapped)
kill(point)
Store(Path(sys.argv[1])).owners.take_over("browser:", "person:one", (("token", "serial"),))
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
@pytest.mark.parametrize("point", ["_owners", "_flags", "_documents", "_tables"])
def test_a_kill_in_the_middle_changes_nothing(folder: Path, point: str) -> None:
    before = everything(folder)
    command = [sys.executable, "-c", _KILLED, str(folder), point]
    ended = subprocess.run(command, cwd=ROOT, check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert everything(folder) == before
    store = Store(folder)
    assert store.owners.take_over("browser:", ONE, KEYED) == ("browser:a", "browser:b")
    store.close()


def test_a_place_is_taken_over_under_its_own_name_once_and_never_from_strangers(
    tmp_path: Path,
) -> None:
    store, long = open_store(tmp_path), "/a" * 200
    for owner in ("browser:a", "browser:b", "user:ann"):
        store.documents.keep("place", owner, "/shared", {"of": owner})
    store.documents.keep("place", "browser:a", long, {})
    store.owners.take_over("browser:a", "user:ann", placed=("place",))
    assert set(store.documents.by_name("place", "user:ann")) == {"/shared", long}
    assert store.documents.by_name("place", "user:ann")["/shared"] == {"of": "user:ann"}
    store.owners.take_over("browser:", "user:bob", placed=("place",))
    assert store.documents.everybodys("place") == [("user:ann", long), ("user:ann", "/shared")]
    store.close()
