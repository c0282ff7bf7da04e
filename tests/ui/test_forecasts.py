"""How forecasts are said."""

import re

import pytest

from studio.snapshot import Forecast
from ui.forecasts import forecast_sentence, forecast_text, seconds, span

LOADS = "with the model to load"


@pytest.mark.parametrize(
    ("found", "count", "said"),
    [
        (Forecast(12.2, 9.1, 15.4, 14), 1, "About 12 s, 9.1–15 s, from 14 earlier ones."),
        (Forecast(3, 3, 3, 1), 2, "About 6 s (3 s each), 6 s, from 1 earlier one."),
        (
            Forecast(50, 40, 130, 2, cold=True, like="of another size"),
            1,
            f"About 50 s, 40 s – 2.2 min, from 2 earlier ones of another size, {LOADS}.",
        ),
    ],
)
def test_a_forecast_says_its_range_and_its_basis(found: Forecast, count: int, said: str) -> None:
    assert forecast_sentence(found, count) == said
    plain = re.sub("<.*?>", "", forecast_text(found, count))
    assert plain[1:] + "." == said[1:]


def test_without_a_basis_nothing_is_said() -> None:
    assert forecast_text(None) == ""


@pytest.mark.parametrize(
    ("count", "said"),
    [(0.04, "0.1 s"), (3.0, "3 s"), (3.14, "3.1 s"), (59.6, "60 s"), (300, "5.0 min")],
)
def test_seconds_are_said_roughly(count: float, said: str) -> None:
    assert seconds(count) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(9, 15, "9–15 s"), (50, 120, "50 s – 2.0 min"), (3, 3.01, "3 s"), (100, 200, "1.7–3.3 min")],
)
def test_a_range_names_its_unit_once(low: float, high: float, said: str) -> None:
    assert span(low, high) == said
