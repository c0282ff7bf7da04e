"""The SQL box over records of two owners; one for all tests of a worker."""

from collections.abc import Iterator
from typing import Any

import pytest

from storage.records import Status
from storage.store import Store
from studio.access.viewer import Viewer
from studio.sql.sandbox import Sandbox
from tests.support.records import NOON, generation, image, node_run
from tests.support.stores import open_store

ANN, ADMIN = Viewer("user:ann"), Viewer("user:root", is_admin=True)
SECRET = "bob's own secret"
SECONDS = 60.0
"""For what must be answered; ENDLESS is for what must be killed."""


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = open_store(tmp_path_factory.mktemp("filled"))
    made = [
        generation(
            n,
            owner="user:bob" if n % 3 == 0 else ANN.owner,
            prompt=SECRET if n % 3 == 0 else "a quiet sea",
            server="gpu-1",
            images=(image(0, filename=SECRET if n % 3 == 0 else "sea.png"),),
            forecast_seconds=3.0 + n,
        )
        for n in range(30)
    ]
    opened.generations.add(made)
    for one in made:
        runs = [node_run(title=SECRET if one.prompt == SECRET else "KSampler")]
        times: dict[str, Any] = {
            "started_at": NOON,
            "finished_at": NOON + 5,
            "fetched_at": NOON + 6,
        }
        opened.generations.complete(one.id, node_runs=runs, status=Status.FINISHED, **times)
    opened.library.bin([made[1].id], None)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def box(store: Store) -> Iterator[Sandbox]:
    made = Sandbox(store, SECONDS)
    yield made
    made.close()


def value(box: Sandbox, sql: str, viewer: Viewer = ANN) -> object:
    """The one value that *sql* finds."""
    ((found,),) = box.run(sql, viewer).rows
    return found
