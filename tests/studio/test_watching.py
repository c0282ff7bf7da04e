"""What is shown of a generation is of one moment, whatever happens to it meanwhile."""

from comfy.demo.http.server import DemoServer
from storage.records import Status
from tests.studio.conftest import Open, follow, request


def test_a_job_that_ended_while_it_was_looked_at_is_shown_at_its_end(
    engine: DemoServer, open_studio: Open
) -> None:
    studio = open_studio(engine)
    (generation,) = studio.generate(request(steps=200), "user:ann")
    follow(studio, generation.id, until=lambda s: s.percentage > 1.0)
    job = studio._jobs.get(
        generation.id
    )  # as one who draws it has it, before the rest is looked up
    assert job
    follow(studio, generation.id)
    shown = studio._watching.of(job)
    assert (shown.status, shown.percentage) == (Status.FINISHED, 100.0)
