"""Gradio's pages, built without what is thrown away."""

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from gradio.routes import App


@contextlib.contextmanager
def without_routes() -> Iterator[None]:
    """Build a page in this: only ``launch`` makes its routes.

    Gradio makes 80 routes also where a page is begun and at the end of each ``with``, and makes
    them anew in ``launch``: three quarters of the time that a small page takes to be served.
    """

    def no_routes(*_args: Any, **_options: Any) -> FastAPI:
        return FastAPI(openapi_url=None)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(App, "create_app", no_routes)
        yield
