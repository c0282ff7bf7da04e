"""Why is today slower: changes found, as sentences, and the course of one series. Pure."""

from typing import Any

import pandas as pd

from ui.shell import palette
from ui.stats.figures import pictures, words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import Column, rows, table
from ui.stats.question import Series

MAX_CHANGES = 20
"""Sentences sent; the table has all."""
MAX_SERIES = 60
MAX_MARKED = 8

CHANGES = (
    Column("checkpoint", "Checkpoint", lambda name: words.short(str(name)), is_number=False),
    Column("size", "Size", is_number=False),
    Column("server", "Server", is_number=False),
    Column("at", "Since", words.moment),
    Column("before", "Before", words.seconds),
    Column("after", "After", words.seconds),
    Column("ratio", "Times", lambda value: f"{value:.2f} ×"),
    Column("generations", "From", words.count, hint="generations compared"),
)


def changes(frame: pd.DataFrame) -> Json:
    """The changes found, newest first as they come: sentences, and a table of them."""
    return {
        "sentences": [
            {
                "text": str(row["sentence"]),
                "kind": kind(row),
                "more": f"{words.seconds(row['before'])} before, {words.seconds(row['after'])} "
                f"since, from {words.plural(int(row['generations']), 'generation')}",
                "meanwhile": str(row["meanwhile"]),
                "series": key(row),
            }
            for row in rows(frame.head(MAX_CHANGES))
        ],
        "table": table(frame, CHANGES),
    }


def kind(row: Json) -> str:
    """How the page marks a change: slower, faster, or usual again."""
    if row["kind"] == "back":
        return "usual"
    return "slower" if row["ratio"] > 1 else "faster"


def key(row: Json) -> Json:
    """What names a series to the script, and back."""
    width, _, height = str(row["size"]).partition(" × ")
    return {
        "checkpoint": str(row["checkpoint"]),
        "width": int(width) if width.isdecimal() else 0,
        "height": int(height) if height.isdecimal() else 0,
        "server": str(row["server"]),
    }


def choices(frame: pd.DataFrame, chosen: Series, changed: pd.DataFrame) -> list[Json]:
    """The series to choose from; first shown is *chosen*, else the surest change."""
    known: list[Json] = [
        {
            "series": key(row),
            "name": f"{words.short(str(row['checkpoint']))} · {row['size']} · "
            f"{row['server'] or 'unknown server'}",
            "more": f"{int(row['generations']):,}",
        }
        for row in rows(frame.head(MAX_SERIES))
    ]
    wanted = [_as_json(chosen)] if chosen.checkpoint else []
    wanted += [key(row) for row in rows(changed.sort_values("generations").tail(1))]
    for one in known:
        one["chosen"] = False
    found = [one for want in wanted for one in known if one["series"] == want]
    first = next(iter(found or known), None)
    if first:
        first["chosen"] = True
    return known


def _as_json(one: Series) -> Json:
    return {
        "checkpoint": one.checkpoint,
        "width": one.width,
        "height": one.height,
        "server": one.server,
    }


def course(frame: pd.DataFrame, changed: pd.DataFrame, name: str) -> Json | None:
    """The median over time in its band from the 10th to the 90th percentile; None when empty.

    *frame* has at, seconds, p10, p90, generations; *changed* the change points of this series.
    """
    if not len(frame):
        return None
    at = pictures.times(frame["at"])
    said = [
        f"median {words.seconds(r['seconds'])}<br>80 % within {words.seconds(r['p10'])} to "
        f"{words.seconds(r['p90'])}<br>{words.plural(int(r['generations']), 'generation')}"
        for r in rows(frame)
    ]
    data: list[Json] = [
        _edge(at, frame["p90"], None),
        _edge(at, frame["p10"], "80 % of them"),
        {
            "type": "scatter",
            "x": at,
            "y": pictures.numbers(frame["seconds"]),
            "name": "median",
            "mode": "lines+markers",
            "line": {"color": palette.MEASURE, "width": 2.5},
            "marker": {"size": 5 if len(frame) < 120 else 1, "color": palette.MEASURE},
            "text": said,
            "hovertemplate": "%{x|%-d %b, %H:%M}<br>%{text}<extra></extra>",
        },
    ]
    marked = rows(changed.head(MAX_MARKED))
    return pictures.picture(
        data,
        _said(frame, marked, name),
        height=300,
        margin={"l": 8, "r": 8, "t": 30 if marked else 12, "b": 8},
        legend={"orientation": "h", "x": 0, "y": -0.12, "xanchor": "left", "yanchor": "top"},
        shapes=[_line(row) for row in marked],
        annotations=[_note(row) for row in marked],
        xaxis={"type": "date", **_ticks(frame)},
        yaxis={"rangemode": "tozero", "ticksuffix": " s", "nticks": 6},
    )


def _ticks(frame: pd.DataFrame) -> Json:
    """Days at the bottom, hours too where there are few days; a single moment stands alone."""
    at = pd.to_datetime(frame["at"])
    first, last = at.iloc[0], at.iloc[-1]
    if last - first < pd.Timedelta(hours=1):
        return {"tickvals": [f"{first:%Y-%m-%d %H:%M:%S}"], "tickformat": "%-d %b"}
    if last - first < pd.Timedelta(days=3):
        return {"nticks": 7, "tickformat": "%-d %b<br>%H:%M"}
    return {"nticks": 7, "tickformat": "%-d %b"}


def _edge(at: list[str], column: "pd.Series[Any]", name: str | None) -> Json:
    edge: Json = {
        "type": "scatter",
        "x": at,
        "y": pictures.numbers(column),
        "mode": "lines",
        "line": {"width": 0, "color": palette.BAND},
        "hoverinfo": "skip",
        "showlegend": name is not None,
    }
    if name:
        edge |= {"name": name, "fill": "tonexty", "fillcolor": palette.BAND}
    return edge


def _line(row: Json) -> Json:
    at = pictures.times(pd.Series([row["at"]]))[0]
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"color": palette.LIMIT, "width": 1.5, "dash": "dash"},
    }


def _note(row: Json) -> Json:
    return {
        "x": pictures.times(pd.Series([row["at"]]))[0],
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "text": turn(row),
    }


def turn(row: Json) -> str:
    """A change of speed in two words, or three."""
    if row["kind"] == "back":
        return "✓ as usual"
    ratio, slowly = row["ratio"], ", slowly" if row["kind"] == "drift" else ""
    if ratio >= 1:
        return f"▲ {100 * (ratio - 1):.0f} % slower{slowly}"
    return f"▼ {100 * (1 - ratio):.0f} % faster{slowly}"


def _said(frame: pd.DataFrame, marked: list[Json], name: str) -> str:
    last = frame.iloc[-1]
    turns = "; ".join(f"{turn(r)} since {words.moment(r['at'])}" for r in marked)
    return f"{name}: last median {words.seconds(last['seconds'])}. {turns}".strip()
