"""Records come back as they were stored, and changes as they were made."""

from dataclasses import replace
from pathlib import Path

import pytest

from storage.records import Status
from storage.store import Store
from tests.support.records import NOON, count, generation, image, node_run


def test_a_record_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    full = generation(
        1,
        status=Status.FINISHED,
        prompt="Ünïcødé 🦊 <script>'\"; DROP TABLE generations; --\n%_",
        request={"a": [1, 2.5, None, True, "é"], "seed": 2**64 - 1},
        graph={"3": {"class_type": "KSampler", "inputs": {"seed": 2**64 - 1, "model": ["4", 0]}}},
        seed=2**64 - 1,
        texts=("one", "two"),
        images=(image(0), image(1, thumbnail="", kind="audio", temporary=True)),
        submitted_at=NOON + 1.25,
        started_at=NOON + 2.000001,
        finished_at=NOON + 3.5,
        fetched_at=NOON + 4.0,
        error="e",
        error_kind="k",
        error_node="3",
        error_detail="d" * 100_000,
        warning="w",
        held=True,
        cancel_asked=True,
        retry_on_loss=True,
        attempts=2,
        priority=-1,
        position=0.5,
        forecast_seconds=12.5,
        server="http://127.0.0.1:8188",
    )
    store.generations.add([full, generation(2)])
    assert store.generations.get(full.id) == full
    store.close()
    again = Store(tmp_path / "data")
    assert again.generations.get(full.id) == full
    assert again.generations.get(generation(2).id) == generation(2)
    again.close()


@pytest.mark.parametrize("seed", [0, 2**63 - 1, 2**63, 2**64 - 1])
def test_every_seed_is_kept_exactly(store: Store, seed: int) -> None:
    store.generations.add([generation(seed=seed)])
    assert store.generations.change(generation().id, seed=seed, steps=3).seed == seed
    found = store.generations.get(generation().id)
    assert found is not None
    assert found.seed == seed


@pytest.mark.parametrize("text", ["\0", "\ud800 lone", "a\0b", "\udfff"])
def test_text_that_no_database_takes_is_stored_with_replacements(store: Store, text: str) -> None:
    store.generations.add([generation(error_detail=text, graph={"x": text})])
    found = store.generations.get(generation().id)
    assert found is not None
    assert "\ufffd" in found.error_detail
    assert store.generations.get(text) is None
    assert store.generations.page(owner=text, before=text, query=text) == []


def test_numbers_that_json_has_not_become_null(store: Store) -> None:
    store.generations.add([generation(graph={"a": [float("nan"), float("inf"), 1.5]})])
    found = store.generations.get(generation().id)
    assert found is not None
    assert found.graph == {"a": [None, None, 1.5]}


@pytest.mark.parametrize("at", [float("nan"), float("inf"), -1.0, 1e300])
def test_a_time_that_is_none_is_not_kept(store: Store, at: float) -> None:
    store.generations.add([generation(started_at=at)])
    found = store.generations.get(generation().id)
    assert found is not None
    assert found.started_at is None
    with pytest.raises(ValueError, match="created_at"):
        store.generations.add([replace(generation(5), created_at=at)])


def test_changes_are_returned_and_durable(store: Store, tmp_path: Path) -> None:
    store.generations.add([generation()])
    changed = store.generations.change(
        generation().id, status=Status.RUNNING, images=(image(0), image(1))
    )
    assert changed == store.generations.get(generation().id)
    assert changed.status is Status.RUNNING
    store.generations.change(generation().id, images=(image(1, sha256="f" * 64),), graph={"1": {}})
    store.close()
    again = Store(tmp_path / "data")
    found = again.generations.get(generation().id)
    assert found is not None
    assert found.images == (image(1, sha256="f" * 64),)
    assert found.graph == {"1": {}}
    again.close()


def test_a_changed_record_is_returned_as_it_is_kept(store: Store) -> None:
    store.generations.add([generation()])
    changed = store.generations.change(
        generation().id, started_at=NOON + 1e-6 / 3, finished_at=NOON + 2 / 3
    )
    assert changed == store.generations.get(generation().id)
    assert changed.finished_at == pytest.approx(NOON + 2 / 3, abs=1e-6)


def test_an_unknown_id_or_field_is_refused_and_changes_nothing(store: Store) -> None:
    store.generations.add([generation()])
    with pytest.raises(KeyError):
        store.generations.change("nobody", status=Status.RUNNING)
    with pytest.raises(TypeError):
        store.generations.change(generation().id, colour="red")
    with pytest.raises(TypeError):
        store.generations.change_many({generation().id: {"id": "other"}})
    with pytest.raises(KeyError):
        store.generations.change_many({generation().id: {"steps": 1}, "nobody": {"steps": 1}})
    assert store.generations.get(generation().id) == generation()


def test_many_change_together(store: Store) -> None:
    made = [generation(n) for n in range(10)]
    store.generations.add(made)
    changed = store.generations.change_many(
        {g.id: {"position": float(-n)} for n, g in enumerate(made)}
    )
    assert [c.position for c in changed] == [float(-n) for n in range(10)]
    assert tuple(store.generations.get(g.id) for g in made) == changed


def test_completing_stores_record_images_and_node_runs_together(store: Store) -> None:
    store.generations.add([generation()])
    runs = [node_run("loading"), node_run("sampling", NOON + 2)]
    done = store.generations.complete(
        generation().id, node_runs=runs, status=Status.FINISHED, images=(image(),)
    )
    assert done == store.generations.get(generation().id)
    assert store.generations.node_runs(generation().id) == runs
    store.generations.complete(generation().id, node_runs=runs[1:], status=Status.FINISHED)
    assert store.generations.node_runs(generation().id) == runs[1:]
    assert store.generations.node_runs("nobody") == []


def test_adding_again_changes_nothing(store: Store) -> None:
    store.generations.add([generation()])
    store.generations.change(generation().id, status=Status.FINISHED)
    store.generations.add([generation(), generation(1)])
    found = store.generations.get(generation().id)
    assert found is not None
    assert found.status is Status.FINISHED
    assert count(store, None) == 2


def test_unfinished_are_told_oldest_first(store: Store) -> None:
    made = [generation(n, status=s) for n, s in enumerate(Status)]
    store.generations.add(list(reversed(made)))
    store.generations.change(made[1].id, deleted_at=NOON)
    assert [g.status for g in store.generations.unfinished()] == ["queued", "submitted", "running"]
    assert [g.deleted_at is None for g in store.generations.unfinished()] == [True, False, True]


def test_the_bin_hides_gives_back_and_is_emptied(store: Store) -> None:
    over = [generation(n, status=Status.FINISHED, images=(image(),)) for n in range(3)]
    store.generations.add(over)
    gone, back = generation(0).id, generation(1).id
    assert store.library.bin([gone, back], None) == (gone, back)
    assert store.library.bin([gone, back], None) == ()
    assert store.generations.get(gone) is None
    assert [g.id for g in store.generations.page(owner=None)] == [generation(2).id]
    assert count(store, None) == 1
    assert store.library.unbin([back], None) == (back,)
    assert store.generations.get(back) == over[1]
    assert store.library.purge(before=NOON) == []
    purged = store.library.purge(before=9e9)
    assert [(one.record.id, one.is_whole) for one in purged] == [(gone, True)]
    assert purged[0].images == (image(),)
    assert store.library.unbin([gone], None) == store.library.bin([gone], None) == ()
    store.generations.add([generation(0)])
    assert store.generations.get(gone) == generation(0)
