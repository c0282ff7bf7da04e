"""How much, and how well: the numbers on top, periods, outcomes, hours of the week. Pure."""

from typing import Any

import pandas as pd

from storage.statistics import Headlines
from ui.shell import palette
from ui.stats.figures import pictures, words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import rows

MAX_PERIODS = 400
"""Bars at most; a wider unit is taken where there would be more."""
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WIDER = {"day": "week", "week": "month", "month": "month"}
LENGTHS = {"day": 1, "week": 7, "month": 30}
_SHOWN_MARKERS = 40


def usual_unit(days: int) -> str:
    """The unit in which a period of *days* is best seen; 0 is all time."""
    if days == 0:
        return "month"
    return "day" if days <= 90 else "week"


def fitting(unit: str, days: int) -> str:
    """*unit*, or a wider one where *days* have too many of it."""
    while unit != "month" and days / LENGTHS[unit] > MAX_PERIODS:
        unit = WIDER[unit]
    return unit


def cards(found: Headlines, periods: pd.DataFrame) -> list[Json]:
    """The numbers on top."""
    asked = int(periods["generations"].sum())
    pictures_made = int(periods["images"].sum())
    said = [
        ("Generations", f"{asked:,}", f"{found.today:,} today, {found.total:,} in total"),
        ("Images", f"{pictures_made:,}", f"{found.images:,} in total"),
        ("A generation takes", words.seconds(found.seconds_median), "median, on the server"),
        ("Sampling", words.rate(found.steps_per_second_median), "median"),
        ("Success", words.percent(found.success_rate), "of those not cancelled"),
    ]
    return [{"name": name, "number": number, "more": more} for name, number, more in said]


def outcomes(frame: pd.DataFrame) -> list[Json]:
    """A divided bar of what became of generations."""
    return [
        {"name": row["status"], "share": row["share"], "said": words.count(row["generations"])}
        for row in rows(frame)
        if row["generations"]
    ]


def per_period(frame: pd.DataFrame, unit: str) -> Json | None:
    """Generations by outcome stacked, images as a line; None without any.

    *frame* has start, generations, finished, cancelled, failed, lost, unfinished, images.
    """
    if not len(frame) or not int(frame["generations"].sum()):
        return None
    starts = [f"{at:%Y-%m-%d}" for at in pd.to_datetime(frame["start"])]
    data = [
        _bars(frame, name, starts, unit)
        for name in palette.OUTCOMES
        if name == "finished" or int(frame[name].sum())
    ]
    data.append(
        {
            "type": "scatter",
            "x": starts,
            "y": pictures.numbers(frame["images"]),
            "name": "images",
            "mode": "lines+markers" if len(frame) <= _SHOWN_MARKERS else "lines",
            "line": {"color": palette.IMAGES, "width": 2, "dash": "dot"},
            "marker": {"size": 5, "color": palette.IMAGES},
            **_middle(unit),
        }
    )
    most = max(int(frame["generations"].max()), int(frame["images"].max()))
    busiest = frame.iloc[int(frame["generations"].argmax())]
    said = (
        f"{words.plural(int(frame['generations'].sum()), 'generation')} in "
        f"{words.plural(len(frame), unit)}; most, {int(busiest['generations']):,}, in the {unit} "
        f"of {_day(busiest['start'])}."
    )
    return pictures.picture(
        data,
        said,
        barmode="stack",
        legend=pictures.LEGEND | {"traceorder": "normal"},
        bargap=0.25,
        hovermode="x unified",
        xaxis={"type": "date", **_ticks(frame, unit)},
        yaxis={"rangemode": "tozero", "tickformat": "~s", **({"dtick": 1} if most < 6 else {})},
    )


def _bars(frame: pd.DataFrame, name: str, starts: list[str], unit: str) -> Json:
    marker: Json = {"color": palette.OUTCOMES[name]}
    if name in ("failed", "lost"):
        marker["pattern"] = {
            "shape": "/" if name == "failed" else ".",
            "solidity": 0.35,
            "fgcolor": "rgba(255, 255, 255, .75)",
            "fillmode": "overlay",
            "size": 6,
        }
    bars: Json = {"type": "bar", "name": name, "x": starts, "marker": marker}
    return bars | _middle(unit) | {"y": pictures.numbers(frame[name])}


def _middle(unit: str) -> Json:
    """What puts a mark in the middle of its month."""
    return {"xperiod": "M1", "xperiodalignment": "middle"} if unit == "month" else {}


def _ticks(frame: pd.DataFrame, unit: str) -> Json:
    years = pd.to_datetime(frame["start"]).dt.year.nunique()
    shown = "%b %Y" if unit == "month" else "%-d %b"
    if unit != "month" and years > 1:
        shown += "<br>%Y"
    least = {"day": 86_400_000, "week": 7 * 86_400_000, "month": "M1"}[unit]
    every: Json = {"nticks": 7}
    if len(frame) <= 7:
        every = {"dtick": least, "tick0": f"{frame['start'].iloc[0]:%Y-%m-%d}"}
    hover = "%b %Y" if unit == "month" else "%-d %b %Y"
    mode = "period" if unit == "month" else "instant"
    return {"tickformat": shown, "hoverformat": hover, "ticklabelmode": mode, **every}


def _day(at: Any) -> str:
    return f"{at.day} {at:%b %Y}"


def hours_of_week(frame: pd.DataFrame) -> Json | None:
    """A map of the week, an hour a cell; None without any generation.

    *frame* has weekday (0 = Monday), hour, generations, failed, seconds_median.
    """
    if not len(frame) or not int(frame["generations"].sum()):
        return None
    counts = [[0] * 24 for _ in WEEKDAYS]
    said = [["nothing"] * 24 for _ in WEEKDAYS]
    for row in rows(frame):
        day, hour = int(row["weekday"]), int(row["hour"])
        counts[day][hour] = int(row["generations"])
        said[day][hour] = _hour_said(row)
    top = frame.iloc[int(frame["generations"].argmax())]
    busiest = f"{WEEKDAYS[int(top['weekday'])]} {int(top['hour']):02d}:00"
    data: Json = {
        "type": "heatmap",
        "z": counts,
        "x": list(range(24)),
        "y": list(WEEKDAYS),
        "text": said,
        "colorscale": [list(stop) for stop in palette.HEAT],
        "zmin": 0,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "%{y} %{x}:00<br>%{text}<extra></extra>",
        "colorbar": {
            "orientation": "h",
            "thickness": 8,
            "len": 0.5,
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "nticks": 4,
            "tickformat": "~s",
            "outlinewidth": 0,
            "ypad": 0,
        },
    }
    return pictures.picture(
        [data],
        f"Busiest: {busiest}, {words.plural(int(top['generations']), 'generation')}.",
        height=350,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={
            "tickvals": [0, 6, 12, 18, 23],
            "ticktext": ["0 h", "6", "12", "18", "23"],
            "ticks": "",
        },
        yaxis={"autorange": "reversed", "showgrid": False, "type": "category", "ticks": ""},
    )


def _hour_said(row: Json) -> str:
    parts = [words.plural(int(row["generations"]), "generation")]
    if row["failed"]:
        parts.append(f"{int(row['failed']):,} failed")
    if words.is_number(row["seconds_median"]):
        parts.append(f"median {words.seconds(row['seconds_median'])}")
    return "<br>".join(parts)
