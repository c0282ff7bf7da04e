"""The application ends at once, whatever its server does, and the next run goes on."""

import threading
import time

import pytest

from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from studio.studio import Studio
from tests.studio.conftest import Open, follow, request

PATIENCE = 20.0
HANGS = 60.0


def close_quickly(studio: Studio) -> None:
    """Close, waiting for nothing that hangs."""
    began = time.monotonic()
    studio.close()
    assert time.monotonic() - began < HANGS / 2
    names = [t.name for t in threading.enumerate()]
    assert not [n for n in names if n.startswith(("hand out", "attend", "keep from", "catalogues"))]


def wait_for(engine: DemoServer, fault: str) -> None:
    until = time.monotonic() + PATIENCE
    while not engine.faults.injected[fault]:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize("after", [False, True], ids=["not taken", "taken"])
def test_a_prompt_on_its_way_at_the_end_is_found_or_sent_by_the_next_run(
    engine: DemoServer, open_studio: Open, after: bool
) -> None:
    studio = open_studio(engine)
    # While the server has this one, it has forgotten nothing that was sent after it.
    (earlier,) = studio.generations.create(Viewer("user:a"), press_of(request(seed=1)))
    follow(studio, earlier.id)
    engine.faults.route("/prompt", method="POST", delay=HANGS, after=after)
    (record,) = studio.generations.create(Viewer("user:a"), press_of(request()))
    wait_for(engine, "POST /prompt")
    close_quickly(studio)
    engine.faults.clear()
    last = follow(open_studio(engine), record.id)[-1]
    assert last.record.status is Status.FINISHED
    assert last.record.images
    entry = engine.books.get(record.id)
    assert entry is not None
    assert entry.runs == 1


def test_a_picture_on_its_way_at_the_end_is_fetched_by_the_next_run(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    engine.faults.route("/view", delay=HANGS)
    (record,) = studio.generations.create(Viewer("user:a"), press_of(request()))
    wait_for(engine, "GET /view")
    close_quickly(studio)
    engine.faults.clear()
    last = follow(open_studio(engine), record.id)[-1]
    assert last.record.status is Status.FINISHED
    assert len(last.record.images) == 1
    assert not last.record.warning


@pytest.mark.parametrize("path", ["/object_info", "/queue", "/system_stats", ""])
def test_no_answer_keeps_the_application_from_ending(
    engine: DemoServer, open_studio: Open, path: str
) -> None:
    engine.faults.route(path, delay=HANGS)
    studio = open_studio(engine)
    wait_for(engine, f"GET {path or '*'}")
    close_quickly(studio)
