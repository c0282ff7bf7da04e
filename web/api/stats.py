"""``GET /api/stats/{question}.csv`` and ``.parquet``: the tables of the Stats tab as files.

Each holds the viewer's own generations; an admin's holds everybody's.
"""

from typing import Annotated, Any

import pandas as pd
from fastapi import Query
from pydantic import Field
from starlette.responses import Response
from starlette.routing import BaseRoute

from storage.errors import StorageError
from storage.export import QUESTIONS
from storage.statistics import Statistics
from storage.stats.counts import UNITS
from storage.stats.period import MAX_DAYS
from storage.stats.speeds import DIMENSIONS
from storage.transfer.table_files import Format, encode
from studio.access.viewer import scope
from studio.studio import Studio
from web.api.shapes.bodies import Body
from web.http.fields import Whole, Wish, Wording
from web.http.refusal import Refusal
from web.http.router import Caller, Router

USUAL_DAYS = 30
MAX_PIXELS = 1_000_000
MAX_OFFSET = 14 * 3600
"""Seconds; no place on Earth is further from UTC."""
_MEDIA = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.PARQUET: "application/vnd.apache.parquet",
}
_ONE = ("waterfall", "per_period")
"""Questions that need to be told more; `speed` and `trend` may be told more."""


_KNOWN = ", ".join(sorted({*QUESTIONS, *_ONE}))
_ANSWERS: dict[int, Any] = {
    200: {
        "description": "The table.",
        "content": {media.partition(";")[0]: {} for media in _MEDIA.values()},
    }
}


class Question(Body):
    """What a table is to hold."""

    days: Annotated[int, Whole(0, MAX_DAYS, strict=False)] = Field(
        USUAL_DAYS, description="How far back; 0 for all time."
    )
    offset: Annotated[int, Whole(-MAX_OFFSET, MAX_OFFSET, strict=False)] = Field(
        0, description="How far the asker's clock is ahead of UTC, in seconds."
    )
    unit: Annotated[str, Wish(f"one of {', '.join(UNITS)}")] = Field(
        "day", pattern=f"^({'|'.join(UNITS)})$", description="Of `per_period`."
    )
    by: str | None = Field(
        None, description=f"Of `speed`: {', '.join(DIMENSIONS)}; a comma between several."
    )
    checkpoint: str | None = Field(None, description="Of `trend`: one series, else all.")
    width: Annotated[int, Whole(0, MAX_PIXELS, strict=False)] = Field(
        0, description="Of that series."
    )
    height: Annotated[int, Whole(0, MAX_PIXELS, strict=False)] = Field(
        0, description="Of that series."
    )
    server: str = Field("", description="Of that series.")
    id: str = Field("", description="Of `waterfall`: which generation.")


class StatsApi:
    """The route over *studio*'s statistics."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[BaseRoute]:
        """Return the route."""
        routes = Router("Statistics", wording=Wording(400, verb="is"))
        described = {"responses": _ANSWERS, "response_class": Response}
        path = "/api/stats/{file}"
        routes.get(path, self.download_table, says_no=(400, 503), described=described)
        return [*routes.routes]

    def download_table(
        self, file: str, viewer: Caller, asked: Annotated[Question, Query()]
    ) -> Response:
        """One table of the Stats tab as a file, such as `speed.csv` or `trends.parquet`."""
        name, _, ending = file.rpartition(".")
        if ending not in tuple(Format) or name not in (*QUESTIONS, *_ONE):
            raise Refusal(
                404, f"There is no such table: ask for one of {_KNOWN}, as .csv or .parquet."
            )
        kind = Format(ending)
        try:
            ask = self._studio.statistics.at(asked.offset)
            data = encode(_asked(ask, name, scope(viewer), asked), kind)
        except StorageError as error:
            raise Refusal(503, str(error)) from error
        headers = {"Content-Disposition": f'attachment; filename="stepglass-{name}.{kind}"'}
        return Response(data, media_type=_MEDIA[kind], headers=headers)


def _asked(ask: Statistics, name: str, owner: str | None, asked: Question) -> pd.DataFrame:
    if name == "waterfall":
        return ask.waterfall(asked.id, owner=owner)
    if name == "per_period":
        return ask.per_period(owner=owner, days=asked.days, unit=asked.unit)
    if name == "speed" and asked.by is not None:
        return ask.speed(owner=owner, days=asked.days, by=_dimensions(asked.by))
    if name == "trend" and asked.checkpoint is not None:
        return ask.trend(
            owner=owner,
            days=asked.days,
            checkpoint=asked.checkpoint,
            width=asked.width,
            height=asked.height,
            server=asked.server,
        )
    return QUESTIONS[name](ask, owner, asked.days)


def _dimensions(by: str) -> tuple[str, ...]:
    named = tuple(dict.fromkeys(one for one in by.split(",") if one))
    if any(one not in DIMENSIONS for one in named):
        sentence = f"by is one of {', '.join(DIMENSIONS)}, or several with commas between them."
        raise Refusal(400, sentence, {"by": sentence})
    return named
