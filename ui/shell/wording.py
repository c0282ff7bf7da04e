"""Forecasts as people say them: about how long, from how long to how long, and why so."""

from studio.snapshot import Forecast


def seconds(count: float) -> str:
    """A forecast's seconds as people say them: "5 s", "2.5 min"; no more digits than it is worth.

    What a forecast knows is never as fine as a tenth of a second.
    """
    if count < 0.95:
        return "under 1 s"
    if count < 90:
        return f"{count:.0f} s"
    if count < 600:
        return f"{round(count / 30) / 2:g} min"
    return (
        f"{count / 60:.0f} min" if count < 5400 else f"{count / 3600:.1f} h".replace(".0 h", " h")
    )


def brief(count: float) -> str:
    """`seconds` where there is little room: "<1 s"."""
    return seconds(count).replace("under ", "<")


def span(low: float, high: float) -> str:
    """A range: "9–15 s", "50 s – 2 min", "up to 3 s"; one value where both say the same."""
    first, last = seconds(low), seconds(high)
    if first == last:
        return first
    if first.startswith("under"):
        return f"up to {last}"
    number, unit = first.split(" ")
    return f"{number}–{last}" if last.endswith(f" {unit}") else f"{first} – {last}"


def basis(found: Forecast) -> str:
    """What a forecast rests on: "based on 14 earlier runs", "based on 1 earlier run …"."""
    count = found.basis
    runs = "based on 1 earlier run" if count == 1 else f"based on {count} earlier runs"
    known = "includes loading the model" if found.cold else ""
    loads = "some of it was never timed and comes on top" if found.partial else known
    return "; ".join(filter(None, [f"{runs} {found.like}".strip(), loads]))


def about(found: Forecast) -> str:
    """The shortest: "12 s (9–15 s)", "2 min (30 s – 8 min, rough)"."""
    inside = [*_range(found), *(["rough"] if found.rough else [])]
    return seconds(found.seconds) + (f" ({', '.join(inside)})" if inside else "")


def forecast_sentence(found: Forecast, count: int = 1) -> str:
    """One sentence about *count* such generations."""
    first, more = _parts(found, count)
    return f"{first} ({more})."


def forecast_text(found: Forecast | None, count: int = 1) -> str:
    """HTML of the forecast's line under Generate; "" without a basis."""
    if found is None:
        return ""
    first, more = _parts(found, count)
    word, _, time = first.partition(" ")
    return f'{word} <strong>{time}</strong> <span class="sg-quiet">({more})</span>'


def _parts(found: Forecast, count: int) -> tuple[str, str]:
    """How long, and what belongs in brackets behind it."""
    whole = found.times(count)
    word = "Roughly" if found.rough else "About"
    each = [f"{seconds(found.seconds)} each"] if count > 1 else []
    return f"{word} {seconds(whole.seconds)}", ", ".join([*each, *_range(whole), basis(found)])


def _range(found: Forecast) -> list[str]:
    """The range, where it says more than the middle does."""
    spoken = span(found.low, found.high)
    return [] if spoken == seconds(found.seconds) else [spoken]
