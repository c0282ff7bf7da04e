"""What costs what: one step more or a hundred, from times measured here. Pure."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from storage.stats.period import sized
from ui.shell import palette
from ui.shell.rpc import Ask
from ui.stats.figures import pictures, words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import rows
from ui.stats.figures.trend import key
from ui.stats.question import MAX_STEPS, Series, series, whole

USUAL_STEPS, MORE_STEPS = 20, 30
FEW = 5
"""Generations below which a basis is called thin."""
NOTHING_YET = (
    "No basis yet: it takes a finished generation in this period that found its model loaded. "
    "The first with a model has to load it: make two in a row of one checkpoint and size, the "
    "second with more steps for the best answer."
)
NO_BASIS = (
    "No basis yet: no generation of {checkpoint} at {size}{server} that found its model loaded "
    "has finished in this period. Make another, or choose a longer period."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """*then* steps instead of *now*, of one series; `server` "" is any."""

    series: Series
    now: int = USUAL_STEPS
    then: int = MORE_STEPS


def wish(ask: Ask) -> Wish:
    """Read what is to be compared."""
    return Wish(
        series(ask),
        whole(ask, "now", 1, MAX_STEPS, USUAL_STEPS),
        whole(ask, "then", 1, MAX_STEPS, MORE_STEPS),
    )


def choices(frame: pd.DataFrame) -> Json:
    """What may be asked about: checkpoints with their short names, sizes, servers.

    *frame* has checkpoint, size, server, seconds_per_step, fixed_seconds, basis; the series with
    the broadest basis first, which is what is shown until a person chooses. `none` says why
    there is nothing to choose from.
    """
    found = rows(frame.sort_values("basis", ascending=False, kind="stable"))
    return {
        "checkpoints": [[c, words.short(c)] for c in _each(found, "checkpoint")],
        "sizes": _each(found, "size"),
        "servers": _each(found, "server"),
        "first": key(found[0]) if found else None,
        "none": "" if found else NOTHING_YET,
    }


def _each(found: list[Json], name: str) -> list[str]:
    return list(dict.fromkeys(str(row[name]) for row in found))


def answer(frame: pd.DataFrame, wished: Wish) -> Json:
    """What *wished* costs: a number, a sentence, and what it rests on; or why there is none."""
    size = sized(wished.series.width, wished.series.height)
    of = frame[(frame["checkpoint"] == wished.series.checkpoint) & (frame["size"] == size)]
    if wished.series.server:
        of = of[of["server"] == wished.series.server]
    of = of.dropna(subset=["seconds_per_step"])
    if not len(of):
        server = f" on {wished.series.server}" if wished.series.server else ""
        name = words.short(wished.series.checkpoint)
        return {"none": NO_BASIS.format(checkpoint=name, size=size, server=server)}
    best = of.iloc[int(of["basis"].argmax())]
    return _priced(best, wished)


def _priced(row: Any, wished: Wish) -> Json:
    each = float(row["seconds_per_step"])
    fixed = float(row["fixed_seconds"]) if words.is_number(row["fixed_seconds"]) else 0.0
    now, then = (fixed + each * steps for steps in (wished.now, wished.then))
    change, basis = then - now, int(row["basis"])
    verb = "costs you" if change > 0 else "saves you"
    where = f" on {row['server']}" if row["server"] else ""
    thin = " Few: take it as a first guess." if basis < FEW else ""
    return {
        "verb": verb,
        "number": "" if wished.now == wished.then else words.seconds(abs(change)),
        "sentence": f"{words.seconds(now)} become {words.seconds(then)}: "
        f"{words.seconds(each)} a step and {words.seconds(fixed)} around them.",
        "basis": f"From {words.plural(basis, 'generation')}{where}.{thin}",
        "batch": _batch(row),
        "picture": _picture(each, fixed, wished),
    }


def _batch(row: Any) -> str:
    """How many images the price is for."""
    batch = int(row["batch"])
    return "Each makes one image." if batch == 1 else f"Each makes {batch} images at once."


def _picture(each: float, fixed: float, wished: Wish) -> Json:
    """Seconds over steps, with both wishes marked."""
    most = max(wished.now, wished.then) * 1.3
    steps = [wished.now, wished.then]
    took = [fixed + each * n for n in steps]
    said = [f"{n} steps<br>{words.seconds(t)}" for n, t in zip(steps, took, strict=True)]
    line: Json = {
        "type": "scatter",
        "mode": "lines",
        "x": [0, most],
        "y": [fixed, fixed + each * most],
        "hoverinfo": "skip",
        "line": {"color": palette.MEASURE, "width": 2.5},
    }
    marks: Json = {
        "type": "scatter",
        "mode": "markers+text",
        "x": steps,
        "y": took,
        "text": said,
        "textposition": "top left",
        "hoverinfo": "skip",
        "cliponaxis": False,
        "marker": {"color": palette.LIMIT, "size": 9},
    }
    return pictures.picture(
        [line, marks],
        f"{wished.now} steps take {words.seconds(took[0])}, "
        f"{wished.then} take {words.seconds(took[1])}.",
        height=210,
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
        xaxis={"range": [0, most], "nticks": 6, "ticksuffix": " steps"},
        yaxis={"range": [0, 1.15 * (fixed + each * most)], "ticksuffix": " s", "nticks": 5},
    )
