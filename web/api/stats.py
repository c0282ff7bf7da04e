"""``GET /api/stats/{question}.csv`` and ``.parquet``: the tables of the Stats tab as files.

Each holds the viewer's own generations; an admin's holds everybody's.
"""

import pandas as pd
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from storage.errors import StorageError
from storage.export import QUESTIONS
from storage.statistics import Statistics
from storage.stats.counts import UNITS
from storage.stats.period import MAX_DAYS
from storage.stats.speeds import DIMENSIONS
from storage.transfer.table_files import Format, encode
from studio.access.viewer import scope, viewer_of
from studio.studio import Studio
from web.http.endpoint import answering
from web.http.refusal import NO_STORE, Refusal

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


class StatsApi:
    """The route over *studio*'s statistics."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def routes(self) -> list[Route]:
        """Return the route."""
        return [Route("/api/stats/{file}", answering(self.download), methods=["GET"])]

    async def download(self, request: Request) -> Response:
        """One table as a file.

        ``days``: 30 unless given, 0 for all time. ``offset``: how far the asker's clock is ahead
        of UTC, in seconds.

        ``per_period`` takes ``unit``, ``speed`` ``by`` (comma between several), ``trend``
        ``checkpoint``, ``width``, ``height`` and ``server`` (else all series), ``waterfall``
        ``id``.
        """
        name, _, ending = request.path_params["file"].rpartition(".")
        if ending not in tuple(Format) or name not in (*QUESTIONS, *_ONE):
            known = ", ".join(sorted({*QUESTIONS, *_ONE}))
            raise Refusal(
                404, f"There is no such table: ask for one of {known}, as .csv or .parquet."
            )
        kind = Format(ending)
        viewer = viewer_of(request)
        owner = scope(viewer)
        data = await run_in_threadpool(self._encoded, name, kind, owner, request.query_params)
        headers = {"Content-Disposition": f'attachment; filename="stepglass-{name}.{kind}"'}
        return Response(data, media_type=_MEDIA[kind], headers=NO_STORE | headers)

    def _encoded(self, name: str, kind: Format, owner: str | None, given: QueryParams) -> bytes:
        days = _whole(given, "days", USUAL_DAYS, MAX_DAYS)
        try:
            ask = self._studio.statistics.at(_offset(given))
            return encode(_asked(ask, name, owner, days, given), kind)
        except StorageError as error:
            raise Refusal(503, str(error)) from error


def _asked(
    ask: Statistics, name: str, owner: str | None, days: int, given: QueryParams
) -> pd.DataFrame:
    if name == "waterfall":
        return ask.waterfall(given.get("id", ""), owner=owner)
    if name == "per_period":
        unit = _among(given.get("unit", "day"), tuple(UNITS), "unit")
        return ask.per_period(owner=owner, days=days, unit=unit)
    if name == "speed" and "by" in given:
        by = [_among(one, tuple(DIMENSIONS), "by") for one in given["by"].split(",") if one]
        return ask.speed(owner=owner, days=days, by=tuple(dict.fromkeys(by)))
    if name == "trend" and "checkpoint" in given:
        return ask.trend(
            owner=owner,
            days=days,
            checkpoint=given["checkpoint"],
            width=_whole(given, "width", 0, MAX_PIXELS),
            height=_whole(given, "height", 0, MAX_PIXELS),
            server=given.get("server", ""),
        )
    return QUESTIONS[name](ask, owner, days)


def _whole(given: QueryParams, name: str, usual: int, most: int) -> int:
    text = given.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) <= most):
        raise Refusal(
            400, f"{name} is a whole number from 0 to {most}.", {name: "not such a number"}
        )
    return int(text)


def _offset(given: QueryParams) -> int:
    text = given.get("offset", "0")
    sign = -1 if text.startswith("-") else 1
    seconds = text.removeprefix("-")
    if not (
        seconds.isascii() and seconds.isdigit() and len(seconds) <= 5 and int(seconds) <= MAX_OFFSET
    ):
        raise Refusal(400, "offset is seconds from UTC.", {"offset": "not such a number"})
    return sign * int(seconds)


def _among(value: str, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise Refusal(400, f"{name} is one of {', '.join(known)}.", {name: "none of them"})
    return value
