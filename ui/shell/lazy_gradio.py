"""Sparing what libraries import and make without our using it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec


def note_matplotlib() -> None:
    """Tell Python where Matplotlib is not installed, so that it stops looking.

    Gradio tries to import it before and after each value that a page is sent: a tenth of what
    following a generation costs.
    """
    if "matplotlib" not in sys.modules and find_spec("matplotlib") is None:
        sys.modules["matplotlib"] = None  # type: ignore[assignment] # Python's own "not there"


def import_gradio() -> None:
    """Import Gradio without `mcp`, which it reads whether it is to serve that protocol or not.

    That is a quarter of a second of each start; `web.functions.mcp_tools` imports it once somebody
    speaks it.
    """
    if "gradio" in sys.modules or "mcp" in sys.modules:
        return
    sys.modules["mcp"] = None  # type: ignore[assignment] # Python's own "not there"
    try:
        import gradio  # noqa: F401
    finally:
        del sys.modules["mcp"]


@contextmanager
def no_application() -> Iterator[None]:
    """Build a page without the web application that Gradio makes of it at each step.

    It makes one as Blocks begins, as it ends and at `queue`, each 50 ms of a start, and one more at
    `launch`, which is the one that is served.
    """
    from gradio.routes import App

    made = App.create_app
    App.create_app = staticmethod(lambda *_, **__: None)  # type: ignore[assignment]
    try:
        yield
    finally:
        App.create_app = staticmethod(made)  # type: ignore[method-assign]
