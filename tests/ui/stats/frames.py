"""Tables as `storage.statistics` gives them."""

from typing import Any

import pandas as pd

HOSTILE = "models/<b>&lt;i&gt; %{x} ${1}.safetensors"
"""A checkpoint's name that is to be shown as it is."""
OUTCOMES = ("finished", "cancelled", "failed", "lost", "unfinished")


def periods(*finished: int, unit: str = "D", **others: int) -> pd.DataFrame:
    """Periods with so many finished, one image each; *others* in each of them too."""
    starts = pd.date_range("2026-03-02", periods=len(finished), freq=unit)
    counts: dict[str, Any] = {name: others.get(name, 0) for name in OUTCOMES[1:]}
    frame = pd.DataFrame({"start": starts, "finished": finished} | counts)
    frame["generations"] = frame[list(OUTCOMES)].sum(axis=1)
    return frame.assign(images=frame["finished"])


def week(**busiest: Any) -> pd.DataFrame:
    """A week in which one hour alone has generations."""
    cells = [(d, h, 0, 0, float("nan")) for d in range(7) for h in range(24)]
    frame = pd.DataFrame(
        cells, columns=["weekday", "hour", "generations", "failed", "seconds_median"]
    )
    at = (frame["weekday"] == busiest["weekday"]) & (frame["hour"] == busiest["hour"])
    frame.loc[at, ["generations", "failed", "seconds_median"]] = [busiest["generations"], 1, 2.5]
    return frame


def changes(*ratios: float) -> pd.DataFrame:
    """Changes of one series, newest first."""
    at = pd.date_range("2026-03-10 14:00", periods=len(ratios), freq="-1D")
    return pd.DataFrame(
        {
            "checkpoint": HOSTILE,
            "size": "1024 × 768",
            "server": "gpu-2",
            "at": at,
            "before": 10.0,
            "after": [10.0 * ratio for ratio in ratios],
            "ratio": list(ratios),
            "generations": 30,
            "sentence": [f"It has changed to {ratio}." for ratio in ratios],
            "kind": "step",
            "meanwhile": "",
        }
    )


def trends() -> pd.DataFrame:
    """Two series, the one of `changes` less used."""
    return pd.DataFrame(
        {
            "checkpoint": ["a.safetensors", HOSTILE],
            "size": ["512 × 512", "1024 × 768"],
            "server": ["", "gpu-2"],
            "generations": [90, 30],
            "width": [512, 1024],
            "height": [512, 768],
        }
    )


def course(days: int = 5) -> pd.DataFrame:
    """One series over time."""
    at = pd.date_range("2026-03-08", periods=days, freq="D")
    middle = [10.0 + day for day in range(days)]
    return pd.DataFrame(
        {
            "at": at,
            "seconds": middle,
            "p10": [0.9 * one for one in middle],
            "p90": [1.2 * one for one in middle],
            "generations": 7,
        }
    )


def speeds(rows: int = 1, **columns: Any) -> pd.DataFrame:
    """Speed by checkpoint and size."""
    given: dict[str, Any] = {
        "checkpoint": [HOSTILE] * rows,
        "size": "512 × 512",
        "generations": 9,
        "seconds_median": 2.0,
        "seconds_p95": 3.0,
        "steps_per_second_median": 10.0,
        "steps_per_second_p95": 12.0,
    }
    return pd.DataFrame(given | columns)


def slopes() -> pd.DataFrame:
    """What a step costs: one series well known, one hardly."""
    return pd.DataFrame(
        {
            "checkpoint": ["sd_xl_base_1.0.safetensors", "flux.safetensors"],
            "size": ["1024 × 1024", "512 × 512"],
            "server": ["gpu-1", ""],
            "seconds_per_step": [0.61, 2.0],
            "fixed_seconds": [1.2, float("nan")],
            "basis": [42, 2],
            "batch": [4, 1],
        }
    )


def forecasts(*pairs: tuple[float, float]) -> pd.DataFrame:
    """Forecast and actual seconds."""
    at = pd.date_range("2026-03-10", periods=len(pairs), freq="-1h")
    frame = pd.DataFrame(
        {"at": at, "forecast": [f for f, _ in pairs], "actual": [a for _, a in pairs]}
    )
    return frame.assign(error=frame["forecast"] / frame["actual"] - 1)
