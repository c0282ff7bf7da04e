from collections.abc import Iterator

import pytest

from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from tests.comfy.demo.client import Client


@pytest.fixture
def server() -> Iterator[DemoServer]:
    """An engine in a hurry, that sends every step."""
    with DemoServer(EngineSettings(step_seconds=0.01, throttle=False, faults=True)) as server:
        yield server


@pytest.fixture
def client(server: DemoServer) -> Iterator[Client]:
    client = Client(server)
    yield client
    client.close()
