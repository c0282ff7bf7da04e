"""Where time goes: the divided bar, cold against warm, one generation's waterfall. Pure."""

import pandas as pd

from storage.records import Generation, Status
from studio.generations import made_with
from ui.stats.figures import words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import Column, rows, table

SHARE_SHOWN = 0.0005
"""Smallest share of the time that gets a line."""
MAX_PROMPT_SHOWN = 60

COLD = (
    Column("checkpoint", "Checkpoint", lambda name: words.short(str(name)), is_number=False),
    Column("server", "Server", is_number=False),
    Column("costs", "A cold start costs", words.seconds),
    Column("cold_median", "Cold", words.seconds, hint="median of generations that loaded models"),
    Column("warm_median", "Warm", words.seconds, hint="median of those that found them loaded"),
    Column("cold_generations", "Cold starts", words.count),
    Column("warm_generations", "Warm", words.count),
)


def shares(frame: pd.DataFrame) -> list[Json]:
    """A divided bar: activity, share, and its time."""
    return [
        {"name": row["activity"], "share": row["share"], "said": words.seconds(row["seconds"])}
        for row in rows(frame)
        if row["share"] >= SHARE_SHOWN
    ]


def cold_and_warm(frame: pd.DataFrame) -> Json:
    """What loading a checkpoint first costs: a sentence on the dearest, and the table."""
    known = frame.dropna(subset=["costs"])
    sentence = ""
    if len(known):
        dearest = known.iloc[int(known["costs"].argmax())]
        if dearest["costs"] > 0:
            sentence = (
                f"A cold start of {words.short(str(dearest['checkpoint']))} costs "
                f"{words.seconds(dearest['costs'])}"
                + (f" on {dearest['server']}." if dearest["server"] else ".")
            )
        else:
            sentence = "Cold starts cost nothing that could be measured."
    return {"sentence": sentence, "table": table(frame, COLD)}


def named(record: Generation) -> str:
    """A generation in a list to choose from."""
    prompt = record.prompt.strip().replace("\n", " ")[:MAX_PROMPT_SHOWN] or "no prompt"
    more = "" if record.status is Status.FINISHED else f" ({record.status})"
    parts = (prompt, made_with.size_text(record), f"…{record.id[-6:]}{more}")
    return " · ".join(filter(None, parts))
