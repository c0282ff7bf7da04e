"""The Stats tab: how much, how fast, how well, and where the time goes."""

import math
from typing import Any

import gradio as gr
import pandas as pd

from storage.records import Generation, Status
from storage.statistics import Headlines
from studio.viewer import Viewer
from ui import charts, details
from ui.parts import QUIET, Parts, aside
from ui.theme import asset

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 365}
RECENT = 40
"""Generations to choose a waterfall from."""
ERRORS = 20
MAX_PROMPT_SHOWN = 60
MAX_DETAIL = 4000
SHARE_SHOWN = 0.0005
"""Smallest share of the time that gets a line."""


class StatsTab:
    """The tab's components and handlers."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._studio = parts.studio
        self.period = gr.Radio(
            list(PERIODS),
            value="30 days",
            label="Period",
            elem_id="stats-period",
            elem_classes="segmented",
        )
        self.overview = _panel("overview", "overview")
        with gr.Row(elem_classes="stats-row"):
            self.days = self._plot("stats-days", "A day at a time")
            with gr.Column(elem_classes="sg-card", min_width=0):
                self.shares = _panel("shares", "shares")
        with gr.Row(elem_classes="stats-row stats-even"):
            self.seconds = self._plot("stats-seconds", "Seconds per generation")
            self.rate = self._plot("stats-rate", "Steps per second")
        with gr.Column(elem_classes="sg-card", elem_id="stats-waterfall"):
            gr.HTML("<h2>One generation</h2>", js_on_load=None, apply_default_css=False)
            self.chosen = gr.Dropdown(
                [], label="Generation", elem_id="waterfall-choice", allow_custom_value=True
            )
            self.waterfall = _panel("waterfall", "waterfall")
        with gr.Column(elem_classes="sg-card", min_width=0):
            self.errors = _panel("errors", "errors")

    @property
    def outputs(self) -> list[Any]:
        """What `filled` sets."""
        return [
            self.overview,
            self.shares,
            self.errors,
            self.days,
            self.seconds,
            self.rate,
            self.chosen,
        ]

    def wire(self, tab: gr.Tab) -> None:
        """Connect the events; the tab is filled whenever it is chosen."""
        tab.select(self.filled, [self.period, self.chosen], self.outputs, **QUIET)
        self.period.input(
            self.filled,
            [self.period, self.chosen],
            self.outputs,
            trigger_mode="always_last",
            **QUIET,
        )
        self.chosen.change(self.spans, self.chosen, self.waterfall, **QUIET)

    async def filled(self, period: str, chosen: str | None, request: gr.Request) -> list[Any]:
        """Everything on the tab."""
        viewer = self._parts.viewer(request)
        return list(await aside(self._filled, PERIODS.get(period, 30), chosen, viewer))

    async def spans(self, chosen: str | None, request: gr.Request) -> dict[str, Any]:
        """The waterfall of one generation."""
        return dict(await aside(self._spans, chosen or "", self._parts.viewer(request)))

    def _filled(self, days: int, chosen: str | None, viewer: Viewer) -> tuple[Any, ...]:
        asked: dict[str, Any] = {"owner": None if viewer.is_admin else viewer.owner, "days": days}
        ask = self._studio.statistics
        each, speed = ask.per_day(**asked), ask.speed(**asked)
        outcomes, time_goes = ask.outcomes(**asked), ask.where_time_goes(**asked)
        timed = speed[speed["generations"] > 0]
        return (
            headline_cards(ask.headlines(**asked), each),
            shares(outcomes, time_goes),
            error_rows(ask.recent_errors(**asked, limit=ERRORS)),
            _plot_or_none(charts.per_day(each), bool(each["generations"].sum())),
            _plot_or_none(charts.speed(timed, "seconds", "s"), len(timed) > 0),
            _plot_or_none(
                charts.speed(timed, "steps_per_second", "steps/s"),
                bool(timed["steps_per_second_median"].notna().any()),
            ),
            self._recent(chosen, viewer),
        )

    def _recent(self, chosen: str | None, viewer: Viewer) -> Any:
        recent = self._studio.history(viewer, limit=RECENT)
        choices = [(_name(r), r.id) for r in recent if r.started_at]
        ids = [one for _, one in choices]
        if chosen and chosen not in ids and (record := self._studio.get(chosen, viewer)):
            choices.insert(0, (_name(record), record.id))
            ids.insert(0, record.id)
        value = chosen if chosen in ids else next(iter(ids), None)
        return gr.update(choices=choices, value=value)

    def _spans(self, one: str, viewer: Viewer) -> dict[str, Any]:
        record = self._studio.get(one, viewer)
        if record is None:
            return {"rows": [], "empty": "Choose a generation to see where its time went."}
        rows = details.waterfall(record, self._studio.waterfall(one, viewer))
        return {"id": one, "rows": rows, "empty": "Nothing was measured: it did not run to an end."}

    def _plot(self, name: str, title: str) -> gr.Plot:
        with gr.Column(elem_classes="sg-card", min_width=0):
            gr.HTML(f"<h2>{title}</h2>", js_on_load=None, apply_default_css=False)
            return gr.Plot(show_label=False, container=False, elem_id=name)


def headline_cards(found: Headlines, days: pd.DataFrame) -> dict[str, Any]:
    """The numbers on top."""
    asked = int(days["generations"].sum())
    return {
        "cards": [
            ["Generations", f"{asked:,}", f"{found.today:,} today, {found.total:,} ever"],
            ["Pictures", f"{int(days['images'].sum()):,}", f"{found.images:,} ever"],
            ["A generation takes", _number(found.seconds_median, "s"), "median"],
            ["Sampling", _number(found.steps_per_second_median, "steps/s"), "median"],
            ["Success", _percent(found.success_rate), "of those not stopped"],
        ]
    }


def shares(outcomes: pd.DataFrame, time_goes: pd.DataFrame) -> dict[str, Any]:
    """Two divided bars: what became of generations, and where their time went."""
    return {
        "outcomes": [
            {"name": row["status"], "share": row["share"], "said": f"{row['generations']:.0f}"}
            for row in _rows(outcomes)
            if row["generations"]
        ],
        "time": [
            {"name": row["activity"], "share": row["share"], "said": _time(row["seconds"])}
            for row in _rows(time_goes)
            if row["share"] >= SHARE_SHOWN
        ],
    }


def error_rows(errors: pd.DataFrame) -> dict[str, Any]:
    """The latest failures."""
    return {
        "rows": [
            {
                "id": row["id"],
                "when": f"{row['when'].day} {row['when']:%b, %H:%M}",
                "sentence": row["sentence"] or "",
                "node": row["node"] or "",
                "detail": (row["detail"] or "")[:MAX_DETAIL],
            }
            for row in _rows(errors)
        ]
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _panel(name: str, elem_id: str) -> gr.HTML:
    return gr.HTML(
        value={},
        html_template=f'<div class="stats-{name}"></div>',
        js_on_load=asset("stats.js").replace("PANEL", name),
        elem_id=elem_id,
        apply_default_css=False,
    )


def _plot_or_none(figure: Any, there_is: bool) -> Any:  # noqa: FBT001 # reads as its name
    return figure if there_is else None


def _name(record: Generation) -> str:
    prompt = record.prompt.strip().replace("\n", " ")[:MAX_PROMPT_SHOWN] or "no prompt"
    more = "" if record.status is Status.FINISHED else f" ({record.status})"
    return f"{prompt} · {record.width} × {record.height} · …{record.id[-6:]}{more}"


def _number(value: float | None, unit: str) -> str:
    return "–" if value is None or math.isnan(value) else f"{value:.3g} {unit}"


def _percent(share: float | None) -> str:
    return "–" if share is None or math.isnan(share) else f"{100 * share:.0f} %"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
