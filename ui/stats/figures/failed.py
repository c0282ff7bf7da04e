"""What failed: by cause, and the latest. Pure."""

import pandas as pd

from ui.stats.figures import words
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import Column, rows, table

MAX_DETAIL = 4000
SHOWN = 20
"""Latest errors shown."""


def cause(kind: object) -> str:
    """A slug for counting, as people say it: ComfyUI's own have underscores."""
    return _text(kind, "not known").replace("_", " ")


def example(sentence: object) -> str:
    """The sentence of one failure."""
    return _text(sentence, "No reason was given.")


def _text(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) and value else otherwise


CAUSES = (
    Column("kind", "Cause", cause, is_number=False),
    Column("generations", "Count", words.count),
    Column("last_at", "Last", words.moment),
    Column("sentence", "For example", example, is_number=False),
)


def causes(frame: pd.DataFrame) -> Json:
    """Failures by cause, with an example each."""
    return table(frame, CAUSES)


def latest(errors: pd.DataFrame) -> list[Json]:
    """The latest failures."""
    return [
        {
            "id": row["id"],
            "when": words.moment(row["when"]),
            "sentence": _text(row["sentence"], ""),
            "node": _text(row["node"], ""),
            "detail": _text(row["detail"], "")[:MAX_DETAIL],
        }
        for row in rows(errors)
    ]
