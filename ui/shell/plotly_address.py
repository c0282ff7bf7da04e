"""Where the page finds the plotly that Gradio brings, so that nothing comes from elsewhere."""

from pathlib import Path

import gradio

_ASSETS = Path(gradio.__file__).parent / "templates" / "frontend" / "assets"


def address() -> str:
    """The script's address beside the page; "" where this Gradio keeps it elsewhere.

    In that case a plot of Gradio's on the tab makes it come.
    """
    found = sorted(_ASSETS.glob("PlotlyPlot-*.js"))
    return f"./assets/{found[0].name}" if len(found) == 1 else ""
