"""What the strip beneath the stage is answered: one's own, and nobody else's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.records import generation, image
from tests.support.stores import open_store
from ui.generate.recent import GENERATIONS, last_made
from ui.shell.context import Parts
from ui.shell.rpc import Ask

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")
ROOT = Viewer("user:root", is_admin=True)


def made(number: int, owner: Viewer, status: Status = Status.FINISHED) -> Generation:
    return generation(number, owner=owner.owner, status=status, images=(image(), image(1)))


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    store = open_store(tmp_path)
    store.generations.add([made(n, ANN) for n in range(GENERATIONS + 2)])
    store.generations.add([made(90, BOB), made(91, ROOT), made(92, ROOT, Status.FAILED)])
    studio = Studio(settings(tmp_path), [], store)
    yield Parts(studio, lambda _: ANN)
    studio.close()


@pytest.mark.parametrize(("who", "number"), [(BOB, 90), (ROOT, 91)])
def test_everybody_has_their_own_also_who_sees_all(parts: Parts, who: Viewer, number: int) -> None:
    tiles = last_made(parts, Ask({}, who))["tiles"]
    assert [(tile["id"], tile["n"]) for tile in tiles] == [
        (made(number, who).id, 0),
        (made(number, who).id, 1),
    ]


def test_it_has_the_newest_and_not_all(parts: Parts) -> None:
    ids = [tile["id"] for tile in last_made(parts, Ask({}, ANN))["tiles"]]
    assert list(dict.fromkeys(ids)) == [made(n + 2, ANN).id for n in range(GENERATIONS)][::-1]
