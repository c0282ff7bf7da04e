"""Forecasts over a real engine: kept with the record, and made anew for what waits."""

from comfy.demo.http.server import DemoServer
from comfy.workflow.presets import PRESETS
from studio.access.viewer import Viewer
from studio.generations.new_records import Press, press_of
from studio.studio import Studio
from studio.workflows.presets import Preset
from tests.studio.conftest import Open, follow, request

ANN = Viewer("user:ann")


def ends(studio: Studio) -> list[float | None]:
    return [entry.ends_in for entry in studio.queue.entries(ANN) if entry.place]


def test_what_waits_is_forecast_once_the_first_has_run(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    studio.queue.pause(ANN)
    first = studio.generations.create(ANN, press_of(request()))[0]
    assert ends(studio) == [None]
    studio.queue.resume(ANN)
    follow(studio, first.id)
    studio.queue.pause(ANN)
    waiting = studio.generations.create(ANN, press_of(request(prompts=2)))
    snapshot = studio.generations.snapshot(waiting[0].id, Viewer(waiting[0].owner))
    assert snapshot
    assert snapshot.forecast
    assert snapshot.forecast.low < snapshot.forecast.seconds < snapshot.forecast.high
    found = [end for end in ends(studio) if end]
    assert found == []  # paused: nobody knows when
    studio.queue.resume(ANN)
    assert all(follow(studio, one.id)[-1].record.forecast_seconds for one in waiting)


def test_a_workflows_forecast_is_kept_as_it_was_before_it_began(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    studio.servers.refresh()
    graph = PRESETS["txt2img_sd15"].graph_for(studio.workflows.catalogue)
    small = {"5.width": 128, "5.height": 128, "6.steps": 4}
    runs = []
    for _ in range(2):
        made = studio.runs.run(ANN, Preset("mine", graph), small).made[0]
        runs.append(follow(studio, made.id)[-1].record)
    assert runs[0].forecast_seconds is None
    assert runs[1].forecast_seconds
    prepared = studio.workflows.prepare("mine", graph, small, {})
    found = studio.generations.forecast(Press("mine", (prepared.new_generation(),)))
    assert found
    assert found.low < found.seconds < found.high
