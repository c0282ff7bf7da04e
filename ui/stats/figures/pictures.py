"""What every picture has in common, as plotly's JSON. Pure.

Colours of text and lines are added by the script from the page's own, light or dark; those of the
marks suit both. Text from outside goes through `safe`: plotly reads some markup.
"""

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd

FONT = "IBM Plex Sans, system-ui, sans-serif"
HEIGHT = 280
LEGEND = {"orientation": "h", "x": 0, "y": 1, "xanchor": "left", "yanchor": "bottom"}

Json = dict[str, Any]


def picture(data: Sequence[Json], said: str, *, height: int = HEIGHT, **layout: Any) -> Json:
    """One picture: plotly's data and layout, and what it shows in a sentence."""
    axis: Json = {"fixedrange": True, "automargin": True, "zeroline": False}
    base: Json = {
        "template": "none",
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 30, "b": 8},
        "font": {"family": FONT, "size": 12.5},
        "showlegend": True,
        "legend": LEGEND,
        "hovermode": "closest",
        "dragmode": False,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
    }
    given = dict(layout)
    x = axis | {"showgrid": False} | given.pop("xaxis", {})
    y = axis | given.pop("yaxis", {})
    return {"data": list(data), "layout": base | given | {"xaxis": x, "yaxis": y}, "said": said}


def safe(text: str) -> str:
    """*text* as plotly is to show it: as text."""
    return html.escape(text)


def times(column: "pd.Series[Any]") -> list[str]:
    """Moments as plotly reads them."""
    return [f"{at:%Y-%m-%d %H:%M:%S}" for at in pd.to_datetime(column)]


def numbers(column: "pd.Series[Any]") -> list[float | None]:
    """Numbers for JSON; None for what is missing."""
    return [None if pd.isna(one) else float(one) for one in column]
