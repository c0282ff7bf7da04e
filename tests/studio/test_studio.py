"""Generations from request to record, on a real engine."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageStat

from comfy.demo.http.server import DemoServer
from comfy.workflow.request import MAX_SEED
from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.generations.new_records import press_of
from studio.jobs.order import HIGH
from studio.snapshot import Link

from .conftest import Open, follow, request

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


def test_a_generation_ends_with_its_images_as_the_engine_made_them(
    engine: DemoServer, open_studio: Open, tmp_path: Path
) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request(seed=MAX_SEED, images_per_prompt=2)))
    seen = follow(studio, made.id)
    last = seen[-1].record
    assert last.status is Status.FINISHED
    assert (last.seed, last.server, len(last.images)) == (MAX_SEED, "demo", 2)
    for image in last.images:
        data = (tmp_path / image.path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == image.sha256
        assert data == (engine.folder / "output" / image.filename).read_bytes()
        picture = Pillow.open(BytesIO(data))
        assert picture.size == (128, 128)
        assert str(MAX_SEED) in picture.info["prompt"]
        assert Pillow.open(tmp_path / image.thumbnail).format == "WEBP"
    times = [last.created_at, last.submitted_at, last.started_at, last.finished_at, last.fetched_at]
    known = [t for t in times if t is not None]
    assert len(known) == len(times)
    assert known == sorted(known)


def test_the_percentage_only_grows_and_is_100_only_when_all_is_kept(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request(steps=10)))
    seen = follow(studio, made.id)
    shown = [s.percentage for s in seen]
    assert shown == sorted(shown)
    assert [s.is_final for s in seen if s.percentage == 100] == [True]
    assert max(run.steps for run in studio.generations.node_runs(made.id, ANN)) == 10


def test_node_runs_tell_where_the_time_went(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request(steps=6)))
    follow(studio, made.id)
    runs = {run.activity: run for run in studio.generations.node_runs(made.id, ANN)}
    assert {"loading", "encoding", "sampling", "decoding", "saving"} <= set(runs)
    assert runs["sampling"].steps == 6
    assert len(runs["sampling"].step_seconds) == 6


def test_a_press_of_three_prompts_is_three_generations_of_one_group(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    made = studio.generations.create(ANN, press_of(request(prompts=3, seed=7)))
    ids = tuple(g.id for g in made)
    assert studio.generations.press(ids[1], ANN) == ids
    assert studio.generations.press(ids[1], BOB) == ()
    for id_ in ids:
        assert follow(studio, id_)[-1].status is Status.FINISHED
    assert [g.seed for g in reversed(studio.generations.history(ANN))] == [7, 8, 9]


def test_a_forecast_needs_a_basis_and_comes_near_what_happened(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    asked = request(steps=8, width=512, height=512)
    assert studio.generations.forecast(press_of(asked)) is None
    for _ in range(2):
        (made,) = studio.generations.create(ANN, press_of(asked))
        last = follow(studio, made.id)[-1].record
    assert last.started_at is not None
    assert last.finished_at is not None
    found = open_studio(slow_engine).generations.forecast(press_of(asked))
    assert found
    assert found.seconds == pytest.approx(last.finished_at - last.started_at, rel=0.5)
    assert found.low <= found.seconds <= found.high


def test_img2img_uploads_its_picture_and_keeps_near_it(
    engine: DemoServer, open_studio: Open, tmp_path: Path
) -> None:
    out = BytesIO()
    Pillow.new("RGB", (128, 128), (200, 30, 30)).save(out, "PNG")
    studio = open_studio(engine)
    image = studio.uploads.keep(out.getvalue())
    (made,) = studio.generations.create(ANN, press_of(request(image=image, denoise=0.2)))
    last = follow(studio, made.id)[-1].record
    assert (last.status, last.workflow) == (Status.FINISHED, "img2img")
    with Pillow.open(tmp_path / last.images[0].path) as picture:
        red, green, blue = ImageStat.Stat(picture.convert("RGB")).mean
    assert red > max(green, blue) + 40


def test_a_refused_graph_fails_with_the_node_the_field_and_the_nearest(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(
        ANN, press_of(request(checkpoint="demo-landscape.safetensors"))
    )
    last = follow(studio, made.id)[-1].record
    assert last.status is Status.FAILED
    assert last.error_kind == "value_not_in_list"
    assert "Load checkpoint" in last.error
    assert "“demo-landscapes.safetensors”" in last.error


@pytest.mark.parametrize("prompt", ["<script>alert(1)</script>", "🦊 im Schnee", "x" * 100_000])
def test_any_prompt_arrives_as_it_was_written(
    engine: DemoServer, open_studio: Open, prompt: str
) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request(prompt=prompt, steps=1)))
    last = follow(studio, made.id)[-1].record
    assert last.status is Status.FINISHED
    assert last.prompt == prompt
    assert last.graph["3"]["inputs"]["text"] == prompt


def test_stop_ends_what_runs_and_what_waits_and_nobody_elses(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    (running,) = studio.generations.create(ANN, press_of(request(steps=50)))
    (on_server,) = studio.generations.create(ANN, press_of(request(steps=50)))
    (waiting,) = studio.generations.create(ANN, press_of(request(steps=50)))
    (other,) = studio.generations.create(BOB, press_of(request(steps=2)))
    follow(studio, running.id, lambda s: s.status is Status.RUNNING)
    assert studio.cancels.all(ANN).count == 3
    for made in (running, on_server, waiting):
        assert follow(studio, made.id)[-1].status is Status.CANCELLED
    assert follow(studio, other.id)[-1].status is Status.FINISHED
    assert slow_engine.books.get(waiting.id) is None


def test_nobody_sees_finds_or_deletes_anothers(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request()))
    follow(studio, made.id)
    assert studio.generations.get(made.id, BOB) is None
    assert studio.generations.history(BOB) == []
    assert studio.generations.node_runs(made.id, BOB) == []
    assert studio.library.delete([made.id], BOB) == ()
    with pytest.raises(StudioError):
        studio.generations.create_again(BOB, [made.id], same_seed=True)[0]
    assert len(studio.generations.history(ANN)) == 1


def test_delete_hides_and_restore_brings_back(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request()))
    follow(studio, made.id)
    studio.library.delete([made.id], ANN)
    assert (studio.generations.get(made.id, ANN), studio.generations.history(ANN)) == (None, [])
    assert studio.library.restore([made.id], BOB) == ()
    studio.library.restore([made.id], ANN)
    assert len(studio.generations.history(ANN)) == 1


def test_a_restarted_studio_goes_on_with_what_runs_and_what_waits(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    made = [
        studio.generations.create(ANN, press_of(request(steps=12, width=512, height=512)))[0]
        for _ in range(3)
    ]
    follow(studio, made[0].id, lambda s: bool(s.progress and s.progress.step >= 2))
    studio = open_studio(slow_engine)
    for one in made:
        assert follow(studio, one.id)[-1].status is Status.FINISHED
        entry = slow_engine.books.get(one.id)
        assert entry
        assert (entry.received, entry.runs) == (1, 1)


def test_a_paused_queue_hands_nothing_out_and_stays_paused_over_a_restart(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    studio.queue.pause(ANN)
    (held,) = studio.generations.create(ANN, press_of(request()))
    (other,) = studio.generations.create(BOB, press_of(request()))
    assert follow(studio, other.id)[-1].status is Status.FINISHED
    studio = open_studio(engine)
    assert studio.queue.is_paused(ANN)
    assert not studio.queue.is_paused(BOB)
    assert engine.books.get(held.id) is None
    studio.queue.resume(ANN)
    assert follow(studio, held.id)[-1].status is Status.FINISHED


def test_the_queue_is_arranged_and_run_in_that_order(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    studio.queue.pause(ANN)
    a, b, c, d = (studio.generations.create(ANN, press_of(request(seed=n)))[0] for n in range(4))
    studio.queue.move(d.id, ANN, -99)
    studio.queue.hold(a.id, ANN, held=True)
    studio.queue.prioritise(c.id, ANN, HIGH)
    places = {e.snapshot.record.id: e.place for e in studio.queue.entries(ANN) if e.snapshot}
    assert places == {c.id: 1, d.id: 2, a.id: 3, b.id: 3}  # what is held takes no place
    studio.queue.resume(ANN)
    for made in (b, c, d):
        follow(studio, made.id)
    started = [e.prompt_id for e in engine.books.all()]
    assert started == [c.id, d.id, b.id]
    studio.queue.hold(a.id, ANN, held=False)
    assert follow(studio, a.id)[-1].status is Status.FINISHED


def test_others_see_only_that_somebody_waits(engine: DemoServer, open_studio: Open) -> None:
    studio = open_studio(engine)
    studio.queue.pause(ANN)
    (made,) = studio.generations.create(ANN, press_of(request()))
    assert [(e.place, e.snapshot) for e in studio.queue.entries(BOB)] == [(1, None)]
    with pytest.raises(StudioError, match="not yours"):
        studio.queue.move(made.id, BOB, -1)
    with pytest.raises(StudioError, match="not yours"):
        studio.queue.hold(made.id, BOB, held=True)
    with pytest.raises(StudioError, match="not yours"):
        studio.queue.prioritise(made.id, BOB, HIGH)


def test_again_is_a_new_generation_with_the_same_picture(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    (made,) = studio.generations.create(ANN, press_of(request(seed=5)))
    first = follow(studio, made.id)[-1].record
    again = studio.generations.create_again(ANN, [made.id], same_seed=True)[0]
    second = follow(studio, again.id)[-1].record
    assert second.id != first.id
    assert second.seed == first.seed
    other = studio.generations.create_again(ANN, [made.id], same_seed=False)[0]
    assert follow(studio, other.id)[-1].record.seed != first.seed


def test_several_watchers_see_the_same_end_and_a_late_one_the_present(
    slow_engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(slow_engine)
    (made,) = studio.generations.create(ANN, press_of(request(steps=8, width=512, height=512)))
    early = follow(studio, made.id, lambda s: bool(s.progress and s.progress.step >= 2))
    late = follow(studio, made.id)
    assert late[0].percentage >= early[-1].percentage
    assert late[0].freshness.link is Link.LIVE
    assert late[-1].record == follow(studio, made.id)[0].record


def test_what_a_server_does_not_offer_is_not_asked_of_it(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    with pytest.raises(StudioError, match="Choose a model"):
        studio.generations.create(ANN, press_of(request(checkpoint="")))
    choices = studio.servers.refresh()
    assert choices.is_demo
    assert choices.loaded
    assert "euler" in choices.samplers
