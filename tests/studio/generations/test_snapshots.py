"""What is shown of a generation is of one moment, whatever happens to it meanwhile."""

from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.access.viewer import Viewer
from studio.generations.new_records import press_of
from tests.studio.conftest import Open, follow, request


def test_a_job_that_ended_while_it_was_looked_at_is_shown_at_its_end(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    (generation,) = studio.generations.create(Viewer("user:ann"), press_of(request(steps=200)))
    follow(studio, generation.id, until=lambda s: s.percentage > 1.0)
    job = studio._jobs.get(
        generation.id
    )  # as one who draws it has it, before the rest is looked up
    assert job
    follow(studio, generation.id)
    shown = studio.generations._snapshots.of(job)
    assert (shown.status, shown.percentage) == (Status.FINISHED, 100.0)
