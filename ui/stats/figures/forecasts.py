"""Are the forecasts any good: predicted against actual. Pure."""

import math

import pandas as pd

from ui.shell import palette
from ui.stats.figures import pictures, words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import rows

MAX_POINTS = 400
"""The newest are drawn; the numbers are of all."""
FEW = 5
"""Forecasts below which shares say little."""
NEAR = 0.25
"""By what share of what it took a forecast may be off, to lie in the band."""
ROOM = 1.25
"""By how much the axes go past the outermost points."""


def said(summary: pd.DataFrame) -> Json | None:
    """Shares within 10 and 25 per cent, and the usual error; None without any.

    *summary* has one row: generations, median_error, within_10, within_25.
    """
    if not len(summary) or not int(summary["generations"].iloc[0] or 0):
        return None
    row = rows(summary)[0]
    return {
        "cards": [
            {"name": "Within 10 %", "number": words.percent(row["within_10"])},
            {"name": "Within 25 %", "number": words.percent(row["within_25"])},
            {"name": "Usual error", "number": words.percent(row["median_error"])},
        ],
        "basis": f"Of {words.plural(int(row['generations']), 'forecast')} given before the press."
        + (" Too few to judge by." if row["generations"] < FEW else ""),
    }


def scatter(frame: pd.DataFrame) -> Json | None:
    """Forecast across, actual up, both logarithmic, with the diagonal; None when empty.

    *frame* has at, forecast, actual, newest first; seconds.
    """
    known = frame[(frame["forecast"] > 0) & (frame["actual"] > 0)].head(MAX_POINTS)
    if not len(known):
        return None
    least = float(min(known["forecast"].min(), known["actual"].min())) / ROOM
    most = float(max(known["forecast"].max(), known["actual"].max())) * ROOM
    ends = [least / 10, most * 10]  # beyond what is seen
    limits = {"type": "log", "range": [math.log10(least), math.log10(most)]}
    ticks = {"tickvals": _ticks(least, most), "ticktext": [_tick(t) for t in _ticks(least, most)]}
    data: list[Json] = [
        _edge(ends, [e / (1 - NEAR) for e in ends], None),
        _edge(ends, [e / (1 + NEAR) for e in ends], "within 25 %"),
        {
            "type": "scatter",
            "mode": "lines",
            "x": ends,
            "y": ends,
            "name": "as forecast",
            "hoverinfo": "skip",
            "line": {"color": palette.LIMIT, "width": 1.5, "dash": "dash"},
        },
        {
            "type": "scatter",
            "mode": "markers",
            "x": pictures.numbers(known["forecast"]),
            "y": pictures.numbers(known["actual"]),
            "name": "a generation",
            "text": [
                f"forecast {words.seconds(r['forecast'])}, took {words.seconds(r['actual'])}"
                f"<br>{words.moment(r['at'])}"
                for r in rows(known)
            ],
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {"color": palette.MEASURE, "size": 6, "opacity": 0.65},
        },
    ]
    inside = float(((known["forecast"] / known["actual"] - 1).abs() <= NEAR).mean())
    return pictures.picture(
        data,
        f"Forecast against actual of {words.plural(len(known), 'generation')}: "
        f"{words.percent(inside)} within 25 %.",
        height=320,
        xaxis=limits | ticks | {"title": _title("forecast"), "showgrid": True},
        yaxis=limits | ticks | {"title": _title("took")},
    )


def _edge(x: list[float], y: list[float], name: str | None) -> Json:
    edge: Json = {
        "type": "scatter",
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"width": 0, "color": palette.BAND},
        "hoverinfo": "skip",
        "showlegend": name is not None,
    }
    if name:
        edge |= {"name": name, "fill": "tonexty", "fillcolor": palette.BAND}
    return edge


def _ticks(least: float, most: float) -> list[float]:
    """Round numbers between the ends: 1, 2 and 5 of every power of ten, or fewer."""
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    wide = math.log10(most / least) > 2
    found = [m * 10.0**p for p in powers for m in ((1,) if wide else (1, 2, 5))]
    return [t for t in found if least <= t <= most]


def _tick(value: float) -> str:
    return f"{value:g} s" if value < 60 else f"{value / 60:.3g} min"


def _title(text: str) -> Json:
    return {"text": text, "font": {"size": 12.5}, "standoff": 6}
