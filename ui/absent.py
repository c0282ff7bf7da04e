"""Sparing the search for a library that is not there."""

import sys
from importlib.util import find_spec


def note_matplotlib() -> None:
    """Tell Python where Matplotlib is not installed, so that it stops looking.

    Gradio tries to import it before and after each value that a page is sent: a tenth of what
    following a generation costs.
    """
    if "matplotlib" not in sys.modules and find_spec("matplotlib") is None:
        sys.modules["matplotlib"] = None  # type: ignore[assignment] # Python's own "not there"
