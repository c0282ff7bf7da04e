"""Sparing what libraries import without our using it."""

import sys
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
