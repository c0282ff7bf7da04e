"""How forecasts are said."""

import re

import pytest

from studio.snapshot import Forecast
from ui.shell.wording import about, forecast_sentence, forecast_text, seconds, span

LOADS = "; includes loading the model"


@pytest.mark.parametrize(
    ("found", "count", "sentence"),
    [
        (Forecast(5.4, 2.9, 10, 1), 1, "About 5 s (3–10 s, based on 1 earlier run)."),
        (Forecast(12.2, 9.1, 15.4, 14), 1, "About 12 s (9–15 s, based on 14 earlier runs)."),
        (Forecast(3, 3, 3, 1), 2, "About 6 s (3 s each, based on 1 earlier run)."),
        (
            Forecast(50, 40, 130, 2, cold=True, like="of another size"),
            1,
            f"About 50 s (40 s – 2 min, based on 2 earlier runs of another size{LOADS}).",
        ),
        (
            Forecast(300, 96, 960, 4, like="with another model"),
            1,
            "Roughly 5 min (1.5–16 min, based on 4 earlier runs with another model).",
        ),
    ],
)
def test_a_forecast_says_its_range_and_its_basis(
    found: Forecast, count: int, sentence: str
) -> None:
    assert forecast_sentence(found, count) == sentence
    assert re.sub("<.*?>", "", forecast_text(found, count)) + "." == sentence


def test_without_a_basis_nothing_is_said() -> None:
    assert forecast_text(None) == ""


@pytest.mark.parametrize(("low", "rough"), [(10.0, False), (9.9, True), (0.0, True)])
def test_a_range_wider_than_one_to_four_is_called_rough(low: float, rough: bool) -> None:
    found = Forecast(20, low, 40, 3)
    assert found.rough is rough
    assert forecast_sentence(found).startswith("Roughly" if rough else "About")
    assert ("rough" in about(found)) is rough


@pytest.mark.parametrize(
    ("count", "text"),
    [
        *((0.04, "under 1 s"), (0.96, "1 s"), (2.9, "3 s"), (3.14, "3 s"), (59.6, "60 s")),
        *((89.6, "90 s"), (91, "1.5 min"), (300, "5 min"), (599, "10 min"), (700, "12 min")),
        *((5399, "90 min"), (5400, "1.5 h"), (7200, "2 h")),
    ],
)
def test_seconds_have_no_more_digits_than_a_forecast_is_worth(count: float, text: str) -> None:
    assert seconds(count) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        *((9, 15, "9–15 s"), (50, 120, "50 s – 2 min"), (3, 3.01, "3 s")),
        *((100, 200, "1.5–3.5 min"), (0.3, 3, "up to 3 s"), (0.1, 0.2, "under 1 s")),
    ],
)
def test_a_range_names_its_unit_once(low: float, high: float, text: str) -> None:
    assert span(low, high) == text


def test_a_model_that_was_never_timed_is_not_said_to_be_included() -> None:
    found = Forecast(12, 9, 15, 14, cold=True, partial=True)
    assert "comes on top" in forecast_sentence(found)
    assert "includes" not in forecast_sentence(found)
    assert "rough" in about(found)
