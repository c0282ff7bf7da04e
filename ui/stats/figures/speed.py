"""How fast: by checkpoint, size, sampler and server, as pictures and as a table. Pure."""

import pandas as pd

from ui.shell import palette
from ui.stats.figures import pictures, words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import Column, rows, table

MOST_BARS = 8
BAR_PIXELS = 46
"""Height of one bar with its line of text."""
MARGIN_PIXELS = 76
MAX_LABEL = 36
"""Characters of a group's name beside its number, on a phone."""
LEAST_NAME = 12

COLUMNS = (
    Column("checkpoint", "Checkpoint", lambda name: words.short(str(name)), is_number=False),
    Column("size", "Size", is_number=False),
    Column("sampler", "Sampler", is_number=False),
    Column("server", "Server", is_number=False),
    Column("generations", "Generations", words.count),
    Column("seconds_median", "Median", words.seconds, hint="half take no longer"),
    Column("seconds_p95", "95 %", words.seconds, hint="95 of 100 take no longer"),
    Column("steps_per_second_median", "Speed", words.rate, hint="median of the sampling nodes"),
    Column("steps_per_second_p95", "Best 5 %", words.rate, hint="5 of 100 sample faster"),
)


def speed_table(frame: pd.DataFrame) -> Json:
    """All groups with their numbers."""
    return table(frame, COLUMNS)


def bars(frame: pd.DataFrame, measure: str, by: tuple[str, ...]) -> Json | None:
    """The median of *measure* a group as a bar, its 95th percentile as a mark; None when empty.

    *frame* has the columns *by*, `{measure}_median` and `{measure}_p95`; *measure* is seconds or
    steps_per_second.
    """
    known = frame.dropna(subset=[f"{measure}_median"]).head(MOST_BARS)
    if not len(known):
        return None
    unit = "s" if measure == "seconds" else "steps/s"
    found = rows(known)[::-1]
    middle = [float(row[f"{measure}_median"]) for row in found]
    data = [
        _medians(middle, unit, [pictures.safe(" · ".join(_parts(row, by))) for row in found]),
        _marks([words.plain(row[f"{measure}_p95"]) for row in found], unit),
    ]
    names = [label(row, by) for row in found]
    said = [(name, f"{value:.3g} {unit}") for name, value in zip(names, middle, strict=True)]
    notes = [_note(0, place, pictures.safe(name), "left") for place, (name, _) in enumerate(said)]
    notes += [_note(1, place, value, "right") for place, (_, value) in enumerate(said)]
    title = "seconds per generation" if measure == "seconds" else "steps per second"
    return pictures.picture(
        data,
        f"Median {title}: {'; '.join(f'{name} {value}' for name, value in said[::-1])}.",
        height=max(150, BAR_PIXELS * len(found) + MARGIN_PIXELS),
        annotations=notes,
        xaxis={"rangemode": "tozero", "nticks": 6, "showgrid": True},
        yaxis={"showticklabels": False, "showgrid": False, "range": [-0.6, len(found) - 0.2]},
    )


def label(row: Json, by: tuple[str, ...]) -> str:
    """A group's name, from what it was grouped by; a long checkpoint gives way to the others."""
    parts = _parts(row, by)
    if by[0] == "checkpoint":
        room = max(LEAST_NAME, MAX_LABEL - len(" · ".join(["", *parts[1:]])))
        parts[0] = _cut(parts[0], room)
    return _cut(" · ".join(parts), MAX_LABEL)


def _parts(row: Json, by: tuple[str, ...]) -> list[str]:
    return [
        words.short(str(row[name])) if name == "checkpoint" else str(row[name] or words.UNKNOWN)
        for name in by
    ]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _medians(values: list[float], unit: str, names: list[str]) -> Json:
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": list(range(len(values))),
        "name": "median",
        "width": 0.34,
        "marker": {"color": palette.MEASURE, "cornerradius": 3},
        "text": names,
        "textposition": "none",
        "hovertemplate": f"%{{text}}<br>median %{{x:.3g}} {unit}<extra></extra>",
    }


def _marks(values: list[float | None], unit: str) -> Json:
    colour = palette.LIMIT
    return {
        "type": "scatter",
        "x": values,
        "y": list(range(len(values))),
        "mode": "markers",
        "name": "95th percentile",
        "marker": {
            "symbol": "line-ns",
            "size": 15,
            "color": colour,
            "line": {"width": 3, "color": colour},
        },
        "hovertemplate": f"95th percentile %{{x:.3g}} {unit}<extra></extra>",
    }


def _note(x: float, y: float, text: str, anchor: str) -> Json:
    note = {"x": x, "y": y, "text": text, "xanchor": anchor, "showarrow": False, "yshift": 17}
    return {**note, "xref": "paper"}
