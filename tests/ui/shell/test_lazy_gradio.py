"""What Gradio would make without our using it."""

from typing import Any

import gradio as gr
import pytest
from gradio.routes import App

from ui.shell.lazy_gradio import no_application


def test_a_page_is_built_without_the_application_that_only_launch_serves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Any] = []
    configure = App.configure_app

    def counted(app: App, blocks: gr.Blocks) -> None:
        made.append(blocks)
        configure(app, blocks)

    monkeypatch.setattr(App, "configure_app", counted)
    with no_application():
        with gr.Blocks() as page:
            gr.Textbox()
        page.queue()
    assert not made
    App.create_app(page)
    assert made == [page]
