"""Pictures: what plotly accepts, whatever the numbers and names."""

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from tests.ui.stats import frames
from ui.shell import plotly_address
from ui.stats.figures import counts, forecasts, speed, trend, whatif
from ui.stats.figures.pictures import Json
from ui.stats.question import Series

BY = ("checkpoint", "size")
SDXL = Series("sd_xl_base_1.0.safetensors", 1024, 1024)


def all_pictures() -> dict[str, Json | None]:
    whole = frames.periods(3, 0, 9, failed=1, lost=1, cancelled=2, unfinished=1)
    return {
        "days": counts.per_period(whole, "day"),
        "weeks": counts.per_period(frames.periods(*range(1, 60), unit="W-MON"), "week"),
        "months": counts.per_period(frames.periods(1, 2, unit="MS"), "month"),
        "hours": counts.hours_of_week(frames.week(weekday=2, hour=23, generations=4)),
        "course": trend.course(frames.course(), frames.changes(1.31, 0.8), "<b>x</b>"),
        "seconds": speed.bars(frames.speeds(12), "seconds", BY),
        "rate": speed.bars(frames.speeds(1), "steps_per_second", BY),
        "what if": whatif.answer(frames.slopes(), whatif.Wish(SDXL))["picture"],
        "forecasts": forecasts.scatter(frames.forecasts((2, 2.1), (300, 900.0), (0.01, 0.02))),
    }


@pytest.mark.parametrize("name", all_pictures())
def test_plotly_accepts_each_and_each_is_json_with_a_sentence(name: str) -> None:
    made = all_pictures()[name]
    assert made is not None
    go.Figure({"data": made["data"], "layout": made["layout"]})
    json.dumps(made, allow_nan=False)
    assert len(made["said"]) > 10


@pytest.mark.parametrize("name", all_pictures())
def test_no_picture_sets_colours_of_text_or_of_the_page(name: str) -> None:
    layout = (all_pictures()[name] or {})["layout"]
    assert "color" not in layout["font"]
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "rgba(0,0,0,0)"


@pytest.mark.parametrize(
    "made",
    [
        counts.per_period(frames.periods(0, 0), "day"),
        counts.per_period(frames.periods(), "day"),
        counts.hours_of_week(frames.week(weekday=0, hour=0, generations=0)),
        trend.course(frames.course(0), frames.changes(), ""),
        speed.bars(frames.speeds(0), "seconds", BY),
        speed.bars(frames.speeds(1, seconds_median=float("nan")), "seconds", BY),
        forecasts.scatter(frames.forecasts()),
        forecasts.scatter(frames.forecasts((0.0, 1.0))),
    ],
)
def test_nothing_is_no_picture(made: Json | None) -> None:
    assert made is None


def marked_up(made: Any) -> list[str]:
    """Texts that plotly would read, with markup that is not ours."""
    text = json.dumps(made, ensure_ascii=False)
    return [one for one in ("<b>", "<i>") if one in text.replace("<br>", "")]


def test_names_in_pictures_carry_no_markup_and_no_template() -> None:
    bars = speed.bars(frames.speeds(1), "seconds", BY)
    assert bars is not None
    read = [bars["data"], bars["layout"]]
    assert marked_up(read) == []
    assert "&lt;b&gt;&amp;lt;i&amp;gt; %{x}" in bars["layout"]["annotations"][0]["text"]
    assert all("safetensors" not in trace["hovertemplate"] for trace in bars["data"])
    course = trend.course(frames.course(), frames.changes(2.0), frames.HOSTILE)
    assert course is not None
    assert marked_up([course["data"], course["layout"]]) == []


def test_the_plotly_that_gradio_brings_is_found() -> None:
    assert re.fullmatch(r"\./assets/PlotlyPlot-[\w-]+\.js", plotly_address.address())
