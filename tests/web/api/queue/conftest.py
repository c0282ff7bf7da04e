"""A shared site whose engine stands still until told otherwise: what waits, waits."""

from collections.abc import Iterator

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from studio.access.viewer import Viewer
from tests.support.served import Served
from tests.support.waiting import until
from tests.web.conftest import STEP_SECONDS, Serve

EVERYBODY = Viewer("", is_admin=True)


@pytest.fixture(scope="session")
def standing() -> Iterator[DemoServer]:
    with DemoServer(EngineSettings(step_seconds=STEP_SECONDS, throttle=False)) as server:
        yield server


@pytest.fixture
def worker(standing: DemoServer) -> DemoServer:
    """That engine, as it is at the start of each test."""
    standing.faults.clear()
    standing.faults.dead_worker = True
    return standing


@pytest.fixture
def served(share: Serve, worker: DemoServer) -> Iterator[Served]:
    """The site, in whose queue is nothing; and nothing is left there."""
    served = share(addresses=[parse_address(worker.url)])
    yield served
    live = served.studio.generations.live
    for snapshot in live(EVERYBODY):
        served.studio.cancels.one(snapshot.record.id, EVERYBODY)
    worker.faults.clear()
    until(lambda: not live(EVERYBODY))
