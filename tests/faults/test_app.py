"""The application is killed at any moment; the next one on its folder settles everything."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comfy.demo.http.server import DemoServer
from storage.errors import FolderInUse
from storage.records import Status
from storage.store import Store
from tests.faults.house import OWNER, SERVER, House, request, viewer, wait_until
from tests.support.app import App, Died
from tests.support.cadences import HASTY


@pytest.fixture
def app(engine: DemoServer, tmp_path: Path) -> Iterator[App]:
    child = App(tmp_path / "data", {SERVER: engine.url}, tmp_path / "app.log", HASTY)
    child.start()
    yield child
    child.kill()


@pytest.fixture
def next_house(engine: DemoServer, tmp_path: Path) -> Iterator[Callable[[list[str]], House]]:
    """Takes over the folder; ends with the audit."""
    houses: list[House] = []

    def take_over(ids: list[str]) -> House:
        house = House(tmp_path / "data", engine.url)
        houses.append(house)
        house.start()
        house.watch(ids)
        return house

    yield take_over
    for house in houses:
        house.check(engine.books.all, engine.folder)


def press(app: App, prompts: int = 3, owner: str = OWNER, **fields: object) -> list[str]:
    asked = request(prompts, **fields).model_dump(mode="json")
    made = app.tell(generate=asked, owner=owner)
    return [str(id_) for id_ in made["ids"]]


@pytest.mark.parametrize("stage", ["queued", "loading", "step:6", "finishing", "ended"])
def test_killed_at_any_stage_the_next_one_settles_everything(
    app: App,
    engine: DemoServer,
    next_house: Callable[[list[str]], House],
    stage: str,
    wait_for_stage: Callable[[str], None],
) -> None:
    ids = press(app)
    wait_for_stage(stage)
    app.kill()
    house = next_house(ids)
    assert house.statuses(ids) == [Status.FINISHED] * 3
    assert [entry.received for entry in engine.books.all()] == [1, 1, 1]


@pytest.fixture
def wait_for_stage(engine: DemoServer) -> Callable[[str], None]:
    """Blocks until a run has come to a stage: the engine drops its sockets there."""

    def wait(stage: str) -> None:
        engine.faults.at(stage, "drop")
        wait_until(lambda: bool(engine.faults.injected[f"drop@{stage}"]))

    return wait


def test_killed_again_and_again_at_random_nothing_is_lost_or_doubled(
    app: App, engine: DemoServer, next_house: Callable[[list[str]], House]
) -> None:
    dice = random.Random(7)
    ids = press(app, 6)
    for _ in range(2):
        ended = dice.randint(1, 5)
        wait_until(lambda: sum(bool(e.outcome) for e in engine.books.all()) >= ended)  # noqa: B023 - called within the round
        app.kill()
        app.start()
        ids += press(app, 2)
    app.kill()
    house = next_house(ids)
    assert house.statuses(ids) == [Status.FINISHED] * len(ids)


def test_a_post_in_flight_when_the_app_is_killed_runs_once(
    app: App, engine: DemoServer, next_house: Callable[[list[str]], House]
) -> None:
    # While the server has the first, it has forgotten nothing that was sent after it.
    ids = press(app, 1)
    wait_until(lambda: any(e.outcome for e in engine.books.all()))
    engine.faults.route("/prompt", method="POST", delay=1.0, count=1)
    ids += press(app, 2, steps=60)
    wait_until(lambda: bool(engine.faults.injected["POST /prompt"]))
    app.kill()
    house = next_house(ids)
    assert house.statuses(ids) == [Status.FINISHED] * 3
    house.until(lambda: not engine.engine.queue.remaining)


def test_pause_and_hold_and_cancel_survive_a_kill(
    app: App, engine: DemoServer, next_house: Callable[[list[str]], House]
) -> None:
    # While the server has this one, it has forgotten nothing that was sent after it.
    ids = press(app, 1)
    wait_until(lambda: any(e.outcome for e in engine.books.all()))
    app.tell(pause="user:bob")
    paused = press(app, 2, owner="user:bob")
    app.tell(pause=OWNER)
    held, free = press(app, 2)
    app.tell(hold=held, owner=OWNER, held=True)
    app.tell(resume=OWNER)
    app.kill()
    house = next_house([*ids, *paused, held, free])
    assert house.statuses([free]) == [Status.FINISHED]
    assert house.studio.queue.is_paused(viewer("user:bob"))
    assert len(engine.books.all()) == 2
    house.studio.queue.hold(held, viewer(), held=False)
    house.studio.queue.resume(viewer("user:bob"))
    assert house.statuses() == [Status.FINISHED] * 5


def test_a_second_process_on_the_folder_is_refused_with_a_sentence(
    app: App, engine: DemoServer, tmp_path: Path
) -> None:
    with pytest.raises(FolderInUse, match=f"in use by process {app.pid}"):
        Store(tmp_path / "data")
    second = App(tmp_path / "data", {SERVER: engine.url}, tmp_path / "second.log", HASTY)
    assert f"process {app.pid}" in second.start()["error"]
    with pytest.raises(Died):
        second.tell(live=True)
    second.close()
    assert app.tell(live=True) == {"live": {}}
