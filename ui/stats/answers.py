"""What the tab's script asks, answered from the statistics of whoever asks.

Each question is a call of its own, so that they run beside one another in threads and the page
draws what comes first.
"""

from collections.abc import Callable

import pandas as pd

from comfy import clock
from storage.records import Generation
from storage.statistics import Statistics
from ui.library import details
from ui.shell.context import Parts
from ui.shell.rpc import Ask
from ui.stats import sql
from ui.stats.figures import counts, failed, forecasts, servers, speed, spent, trend, whatif
from ui.stats.figures.pictures import Json
from ui.stats.figures.tables import rows
from ui.stats.question import Asked, Series, asked, groups, series, unit

RECENT = 40
"""Generations to choose a waterfall from."""
CHOOSE = "Choose a generation to see where its time went."
NEVER_RAN = "Nothing was measured: it did not run to an end."


class Answers:
    """Answers from the studio of *parts*; `functions` by the names that the script calls."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio
        self.functions: dict[str, Callable[[Ask], Json]] = {
            "st_overview": self.overview,
            "st_hours": self.hours,
            "st_trend": self.trend,
            "st_speed": self.speed,
            "st_spent": self.spent,
            "st_cold": self.cold,
            "st_fall": self.fall,
            "st_whatif": self.whatif,
            "st_forecasts": self.forecasts,
            "st_failed": self.failed,
            "st_servers": self.servers,
            "st_examples": self.examples,
            "st_tables": self.tables,
            "st_sql": self.sql,
        }

    def overview(self, ask: Ask) -> Json:
        """The numbers on top, outcomes, and counts by day, week or month."""
        wanted = asked(ask)
        statistics = self._of(wanted)
        wide = unit(ask) or counts.usual_unit(wanted.days)
        periods = statistics.per_period(**wanted.scope, unit=wide)
        while len(periods) > counts.MAX_PERIODS and wide != counts.WIDER[wide]:
            wide = counts.WIDER[wide]
            periods = statistics.per_period(**wanted.scope, unit=wide)
        return {
            "cards": counts.cards(statistics.headlines(**wanted.scope), periods),
            "unit": wide,
            "picture": counts.per_period(periods, wide),
            "outcomes": counts.outcomes(statistics.outcomes(**wanted.scope)),
        }

    def hours(self, ask: Ask) -> Json:
        """The map of the week."""
        wanted = asked(ask)
        frame = self._of(wanted).by_hour_of_week(**wanted.scope)
        return {"picture": counts.hours_of_week(frame)}

    def trend(self, ask: Ask) -> Json:
        """What has changed, and the course of the series asked for, else of the surest change."""
        wanted = asked(ask)
        statistics = self._of(wanted)
        changed = statistics.changes(**wanted.scope)
        choices = trend.choices(statistics.trends(**wanted.scope), series(ask), changed)
        shown = next((choice for choice in choices if choice["chosen"]), None)
        answer = {**trend.changes(changed), "choices": choices, "picture": None, "name": ""}
        if shown:
            frame = statistics.trend(**wanted.scope, **shown["series"])
            name = str(shown["name"])
            answer["picture"] = trend.course(frame, _of_series(changed, shown["series"]), name)
            answer["name"] = name
        return answer

    def speed(self, ask: Ask) -> Json:
        """Speed by what the page groups it by."""
        wanted, by = asked(ask), groups(ask)
        frame = self._of(wanted).speed(**wanted.scope, by=by)
        return {
            "seconds": speed.bars(frame, "seconds", by),
            "rate": speed.bars(frame, "steps_per_second", by),
            "table": speed.speed_table(frame),
        }

    def spent(self, ask: Ask) -> Json:
        """Where time goes."""
        wanted = asked(ask)
        return {"shares": spent.shares(self._of(wanted).where_time_goes(**wanted.scope))}

    def cold(self, ask: Ask) -> Json:
        """Cold against warm."""
        wanted = asked(ask)
        return spent.cold_and_warm(self._of(wanted).cold_and_warm(**wanted.scope))

    def fall(self, ask: Ask) -> Json:
        """The waterfall of one generation, and others to choose from."""
        viewer, wanted = ask.viewer, ask.text("id")
        recent = [r for r in self._studio.generations.history(viewer, limit=RECENT) if r.started_at]
        record = self._studio.generations.get(wanted, viewer) if wanted else None
        if record and all(r.id != record.id for r in recent):
            recent.insert(0, record)
        chosen = record or next(iter(recent), None)
        answer: Json = {"choices": [[r.id, spent.named(r)] for r in recent], "id": "", "rows": []}
        if chosen is None:
            return answer | {"empty": CHOOSE}
        return answer | {"id": chosen.id, "empty": NEVER_RAN, "rows": self._rows(chosen, ask)}

    def _rows(self, record: Generation, ask: Ask) -> list[Json]:
        return details.waterfall(record, self._studio.generations.node_runs(record.id, ask.viewer))

    def whatif(self, ask: Ask) -> Json:
        """What other steps would cost."""
        wanted = asked(ask)
        frame = self._of(wanted).what_if(**wanted.scope)
        answer = whatif.choices(frame)
        wish = whatif.wish(ask)
        if answer["first"] and not wish.series.checkpoint:
            wish = whatif.Wish(Series(**answer["first"]), wish.now, wish.then)
        return answer | {"answer": whatif.answer(frame, wish)}

    def forecasts(self, ask: Ask) -> Json:
        """Forecast against actual."""
        wanted = asked(ask)
        statistics = self._of(wanted)
        return {
            "said": forecasts.said(statistics.forecast_summary(**wanted.scope)),
            "picture": forecasts.scatter(statistics.forecast_quality(**wanted.scope)),
        }

    def failed(self, ask: Ask) -> Json:
        """What failed, by cause, and the latest of it."""
        wanted = asked(ask)
        statistics = self._of(wanted)
        return {
            "causes": failed.causes(statistics.failures(**wanted.scope)),
            "latest": failed.latest(statistics.recent_errors(**wanted.scope, limit=failed.SHOWN)),
        }

    def servers(self, _ask: Ask) -> Json:
        """The servers now."""
        return {"servers": servers.cards(self._studio.live_servers(), clock.now())}

    def examples(self, _ask: Ask) -> Json:
        """Questions worth asking in SQL."""
        return {"examples": [list(example) for example in self._studio.sandbox.examples]}

    def tables(self, ask: Ask) -> Json:
        """The tables that SQL may ask, with their columns."""
        return {"tables": sql.listed(self._studio.sandbox.run(sql.TABLES, ask.viewer).rows)}

    def sql(self, ask: Ask) -> Json:
        """The answer to a question in SQL. Raises StudioError with a sentence."""
        asked_for = ask.data.get("sql")
        text = asked_for if isinstance(asked_for, str) else ""
        return sql.answered(self._studio.sandbox.run(text, ask.viewer))

    def _of(self, wanted: Asked) -> Statistics:
        return self._studio.statistics.at(wanted.offset)


def _of_series(changed: pd.DataFrame, one: Json) -> pd.DataFrame:
    """The changes of one series."""
    keep = [trend.key(row) == one for row in rows(changed)]
    return changed[pd.Series(keep, index=changed.index, dtype=bool)]
