"""What the page is told of imports and the disk, from a real store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.records import Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.records import generation, image
from tests.support.stores import open_store
from ui.library.disk_actions import UpkeepAnswers
from ui.shell.context import Parts
from ui.shell.rpc import Ask

ANN, BOB = Viewer("user:ann"), Viewer("user:bob")


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[UpkeepAnswers]:
    """The answers of a studio with three old generations of Ann's, one rated, and one failed."""
    store = open_store(tmp_path)
    done = {"status": Status.FINISHED, "images": (image(),)}
    store.generations.add(
        [generation(0, **done), generation(1, **done), generation(2, rating=4, **done)]
    )
    store.generations.add([generation(3, status=Status.FAILED)])
    studio = Studio(settings(tmp_path), [], store)
    yield UpkeepAnswers(Parts(studio, lambda _: ANN))
    studio.close()


def test_usage_is_ones_own(answers: UpkeepAnswers) -> None:
    used = answers.usage(Ask({}, ANN))
    assert (used["generations"], used["files"], used["bytes"]) == (4, 3, 3 * 1234)
    assert used["checkpoints"] == (("model.safetensors", 4, 3 * 1234),)
    assert answers.usage(Ask({}, BOB))["generations"] == 0


def test_a_rule_takes_what_it_said_it_would_and_no_more(answers: UpkeepAnswers) -> None:
    failed = Ask({"rule": "fruitless"}, ANN)
    said = answers.plan(failed)
    assert said["generations"] == 1
    assert answers.plan(Ask({"rule": "fruitless"}, BOB))["generations"] == 0
    assert answers.clean(failed) == said
    assert answers.plan(failed)["generations"] == 0
    emptied = answers.clean(Ask({"rule": "bin"}, ANN))
    assert emptied["generations"] == 1
    assert answers.usage(Ask({}, ANN))["generations"] == 3


@pytest.mark.parametrize("asked", [{}, {"rule": "all"}, {"rule": ["bin"]}])
def test_an_unknown_rule_gets_a_sentence(answers: UpkeepAnswers, asked: dict[str, object]) -> None:
    with pytest.raises(StudioError, match="There is no clean-up"):
        answers.clean(Ask(asked, ANN))


def test_an_import_says_where_it_is_and_which_folders_there_are(answers: UpkeepAnswers) -> None:
    state = answers.state(Ask({}, ANN))
    assert (state["running"], state["found"], state["error"]) == (False, 0, "")
    assert state["allowed"] == ()
    with pytest.raises(StudioError):
        answers.start(Ask({"folder": "relative/path"}, ANN))
