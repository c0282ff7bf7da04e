"""What a workflow was made from, and is gone, is told of when it is opened again."""

import pytest

from comfy.demo.http.server import DemoServer
from studio.access.viewer import Viewer
from tests.studio.conftest import Open
from tests.support.records import generation

GONE = f"{'a' * 64}.png"


@pytest.mark.parametrize(
    ("uploads", "said"),
    [
        ({}, []),
        ({"1.image": GONE}, ["A file that it was made from is gone: choose another."]),
        (
            {"1.image": GONE, "2.image": GONE},
            ["2 files that it was made from are gone: choose others."],
        ),
    ],
)
def test_a_workflow_opened_again_says_so(
    engine: DemoServer, open_studio: Open, uploads: dict[str, str], said: list[str]
) -> None:
    graph = {n: {"class_type": "LoadImage", "inputs": {"image": "x.png"}} for n in "12"}
    studio = open_studio(engine)
    studio.servers.refresh()
    made = generation(request={"workflow": "w", "values": {}, "uploads": uploads}, graph=graph)
    opened = studio.forms.again(Viewer(made.owner), made)
    assert [note for note in opened.form.notes if "gone" in note] == said
