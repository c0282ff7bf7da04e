"""Forecasts as people say them: about how long, from how long to how long, and why so."""

from studio.snapshot import Forecast


def seconds(count: float) -> str:
    """A forecast's seconds as people say them."""
    if count < 10:
        return f"{max(count, 0.1):.1f} s".replace(".0 s", " s")
    if count < 90:
        return f"{count:.0f} s"
    return f"{count / 60:.1f} min" if count < 600 else f"{count / 60:.0f} min"


def span(low: float, high: float) -> str:
    """A range: "9–15 s", "50 s – 2 min"; one value where both say the same."""
    first, last = seconds(low), seconds(high)
    if first == last:
        return first
    number, unit = first.split(" ")
    return f"{number}–{last}" if last.endswith(f" {unit}") else f"{first} – {last}"


def basis(found: Forecast) -> str:
    """What a forecast rests on: "from 14 earlier ones", "from 1 earlier one of another size"."""
    ones = "1 earlier one" if found.basis == 1 else f"{found.basis} earlier ones"
    loads = ", with the model to load" if found.cold else ""
    return f"from {ones}{f' {found.like}' if found.like else ''}{loads}"


def about(found: Forecast) -> str:
    """The shortest: "12 s (9–15 s)"."""
    return f"{seconds(found.seconds)} ({span(found.low, found.high)})"


def forecast_sentence(found: Forecast, count: int = 1) -> str:
    """One sentence about *count* such generations."""
    whole = found.times(count)
    each = f" ({seconds(found.seconds)} each)" if count > 1 else ""
    return f"About {seconds(whole.seconds)}{each}, {span(whole.low, whole.high)}, {basis(found)}."


def forecast_text(found: Forecast | None, count: int = 1) -> str:
    """HTML of the forecast's line under Generate; "" without a basis."""
    if found is None:
        return ""
    whole = found.times(count)
    each = f" ({seconds(found.seconds)} each)" if count > 1 else ""
    about = f"about <strong>{seconds(whole.seconds)}</strong>{each}"
    more = f"{span(whole.low, whole.high)}, {basis(found)}"
    return f'{about}<span class="sg-quiet">, {more}</span>'
