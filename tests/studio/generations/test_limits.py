"""What one owner may queue, and that no way of making generations goes past it."""

import ast
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import studio as package
from comfy.demo.http.server import DemoServer
from comfy.workflow.presets import PRESETS
from storage.errors import StorageError
from studio.access.viewer import Viewer
from studio.errors import StudioError, TooMany
from studio.generations.new_records import press_of
from studio.jobs.limits import MAX_WAITING_TOTAL, MINUTE, Guard, Limits
from studio.studio import Studio
from studio.workflows.presets import Preset
from tests.studio.conftest import Open, follow, request
from tests.support import environment

ROOT = Path(package.__file__).parents[1]
ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def none_waits(_: str | None) -> int:
    return 0


def test_what_does_not_fit_is_refused_whole() -> None:
    guard = Guard(Limits(waiting=10))
    with (
        pytest.raises(TooMany, match="7 of your jobs wait already"),
        guard.room("ann", 4, lambda _: 7),
    ):
        pytest.fail("there is no room")
    with guard.room("ann", 3, lambda _: 7):
        pass
    with (
        pytest.raises(StudioError, match="At most 10") as refusal,
        guard.room("ann", 11, none_waits),
    ):
        pytest.fail("there will never be room")
    assert not isinstance(refusal.value, TooMany)


def test_what_is_being_stored_counts() -> None:
    guard = Guard(Limits(waiting=10))
    with guard.room("ann", 8, none_waits), guard.room("bob", 8, none_waits):
        with pytest.raises(TooMany), guard.room("ann", 3, none_waits):
            pytest.fail("eight are coming")
        with guard.room("ann", 2, none_waits):
            pass
    with guard.room("ann", 10, none_waits):
        pass


def test_all_together_have_a_limit_too() -> None:
    def waiting(owner: str | None) -> int:
        return 0 if owner else MAX_WAITING_TOTAL - 1

    guard = Guard()
    with guard.room("ann", 1, waiting):
        pass
    with pytest.raises(TooMany, match="queue is full"), guard.room("ann", 2, waiting):
        pytest.fail("there is room for one")


@given(
    st.integers(1, 20),
    st.lists(st.tuples(st.floats(0, 40), st.integers(1, 20)), min_size=1, max_size=30),
)
def test_within_any_minute_no_more_than_the_limit_and_the_wait_is_told_right(
    most: int, presses: list[tuple[float, int]]
) -> None:
    clock = Time()
    guard = Guard(Limits(waiting=1000, per_minute=most), clock)
    queued: list[tuple[float, int]] = []

    def press(count: int) -> float | None:
        try:
            with guard.room("ann", count, none_waits):
                queued.append((clock.now, count))
        except TooMany as refusal:
            return refusal.retry_after
        except StudioError:
            assert count > most
        return None

    for pause, count in presses:
        clock.now += pause
        wait = press(count)
        if wait is not None:
            assert 0 < wait <= MINUTE
            clock.now += wait + 1e-6  # what floats cannot tell apart
            assert press(count) is None
    for at, _ in queued:
        assert sum(n for when, n in queued if at <= when < at + MINUTE - 1e-6) <= most


def test_what_could_not_be_stored_counts_for_no_minute() -> None:
    guard = Guard(Limits(per_minute=3))
    for _ in range(5):
        with pytest.raises(StorageError), guard.room("ann", 3, none_waits):
            raise StorageError("the disk is full")
    with guard.room("ann", 3, none_waits):
        pass


def limited(open_studio: Open, engine: DemoServer, **limits: int) -> Studio:
    studio = open_studio(engine)
    studio._jobs._guard = Guard(Limits(**limits))
    studio.servers.refresh()
    for viewer in (ANN, BOB):
        studio.queue.pause(viewer)
    return studio


def by_preset(studio: Studio) -> object:
    endpoint = next(e for e in studio.endpoints.all(ANN) if e.name == "txt2img_sd15")
    return studio.endpoints.run(ANN, endpoint, {}, {})


def by_workflow(studio: Studio) -> object:
    graph = PRESETS["txt2img_sd15"].graph_for(studio.workflows.catalogue)
    return studio.runs.run(ANN, Preset("mine", graph), {})


WAYS: dict[str, Callable[[Studio], object]] = {
    "form": lambda studio: studio.generations.create(ANN, press_of(request())),
    "workflow": by_workflow,
    "preset": by_preset,
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_meets_the_limit(way: str, engine: DemoServer, open_studio: Open) -> None:
    studio = limited(open_studio, engine, waiting=2)
    for _ in range(2):
        WAYS[way](studio)
    with pytest.raises(TooMany):
        WAYS[way](studio)
    assert studio.generations.create(BOB, press_of(request()))
    assert len(studio.queue.entries(ANN)) == 3


def test_running_several_again_is_all_or_none(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    done = [g.id for g in studio.generations.create(ANN, press_of(request(prompts=3)))]
    for id_ in done:
        follow(studio, id_)
    studio.queue.pause(ANN)
    studio._jobs._guard = Guard(Limits(waiting=2))
    with pytest.raises(StudioError, match="At most 2"):
        studio.generations.create_again(ANN, done, same_seed=False)
    assert studio.queue.entries(ANN) == []
    assert len(studio.generations.create_again(ANN, done[:2], same_seed=False)) == 2
    with pytest.raises(TooMany):
        studio.generations.create_again(ANN, [done[0]], same_seed=True)[0]


def test_an_undo_fits_or_waits_to_be_asked_again(engine: DemoServer, open_studio: Open) -> None:
    studio = limited(open_studio, engine, waiting=3)
    studio.generations.create(ANN, press_of(request(prompts=3)))
    ended = studio.cancels.all(ANN).ended
    (other,) = studio.generations.create(ANN, press_of(request()))
    with pytest.raises(TooMany):
        studio.cancels.undo(ended, ANN)
    studio.cancels.one(other.id, ANN)
    assert set(studio.cancels.undo(ended, ANN)) == set(ended)


def test_presses_at_once_never_pass_the_limit_together(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = limited(open_studio, engine, waiting=10)
    start, passed = threading.Barrier(8), list[int]()

    def press() -> None:
        start.wait()
        for _ in range(3):
            try:
                passed.append(len(studio.generations.create(ANN, press_of(request(prompts=2)))))
            except TooMany:
                continue

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == len(studio.queue.entries(ANN)) <= 10
    assert sum(passed) >= 8


def test_settings_set_the_limits(tmp_path: Path) -> None:
    settings = environment.settings(tmp_path, max_waiting=7, max_per_minute=9)
    assert settings.limits == Limits(7, 9)


def test_nothing_else_stores_new_generations() -> None:
    """One function creates what waits; an import adds what is over already."""
    found = set()
    for folder in ("studio", "ui", "web"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                    "store.generations.add"
                ):
                    found.add(file.name)
    assert found == {"jobs.py", "import_job.py"}
