"""A form is not filled in silence where the image that it starts from is gone."""

from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest

from studio.access.viewer import Viewer
from studio.studio import Studio
from tests.support.environment import settings
from tests.support.stores import open_store
from tests.ui.samples import record
from ui.generate.tab import GenerateTab
from ui.shell.context import Parts

ANN = Viewer("user:ann")
GONE = f"{'a' * 64}.png"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    made = Studio(settings(tmp_path), [], open_store(tmp_path))
    yield made
    made.close()


def test_the_generate_form_says_so_and_still_asks_for_it(studio: Studio) -> None:
    with gr.Blocks():
        tab = GenerateTab(Parts(studio, lambda _: ANN))
    asked = {"prompt": "a lake", "checkpoint": "model.safetensors", "image": GONE}
    with pytest.warns(UserWarning, match="gone: choose it again"):
        filled = tab.filling.filled(record(request=asked), "0")
    outputs = dict(zip(map(id, tab.filling.outputs), filled, strict=True))
    assert outputs[id(tab.fields.picture)] is None
    assert outputs[id(tab.fields.image)] == GONE
