"""From scans to sentences: what changed, since when, where, and what else did then."""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from storage.stats.change_sentences import Kind, Moment, sentence
from storage.stats.findings import CHANGE_COLUMNS, found_changes
from storage.stats.scans import Scan, by_weeks, one_by_one

NOW = datetime(2026, 3, 6, 18, 0)  # noqa: DTZ001 - stored naive; a Friday
TUESDAY = datetime(2026, 3, 3, 14, 0)  # noqa: DTZ001
WINTER = datetime(2026, 2, 3, 9, 5)  # noqa: DTZ001
LAST_YEAR = datetime(2025, 12, 31, 9, 0)  # noqa: DTZ001
KEY = ("SDXL.safetensors", 1024, 1024, "gpu-2")
COLUMNS = ["checkpoint", "width", "height", "server", "sampler", "at", "seconds", "generations"]


def points(
    since: datetime | None = None,
    ratio: float = 1.31,
    key: tuple[Any, ...] = KEY,
    sampler: str = "euler",
    seed: int = 1,
) -> pd.DataFrame:
    """A generation an hour in the last fortnight, slower by *ratio* from *since* on."""
    rng = np.random.default_rng(seed)
    times = [NOW - timedelta(hours=n) for n in reversed(range(336))]
    rows = [
        (
            *key,
            sampler,
            at,
            6 * np.exp(rng.normal(0, 0.05)) * (ratio if since and at >= since else 1),
            1,
        )
        for at in times
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("ratio", "since", "until", "said"),
    [
        (1.31, TUESDAY, None, "has been 31 % slower than its own median since Tuesday 14:00"),
        (0.8, TUESDAY, None, "has been 20 % faster than its own median since Tuesday 14:00"),
        (1.5, WINTER, None, "has been 50 % slower than its own median since 3 February, 09:05"),
        (
            1.5,
            LAST_YEAR,
            TUESDAY,
            "was 50 % slower than its own median from 31 December 2025, 09:00 until Tuesday 14:00",
        ),
    ],
)
def test_a_change_is_a_sentence(
    ratio: float, since: datetime, until: datetime | None, said: str
) -> None:
    told = sentence(KEY, "step", ratio, Moment(since), Moment(until) if until else None, NOW)
    assert told == f"SDXL 1024 × 1024 {said}, on server gpu-2."


@pytest.mark.parametrize(
    ("checkpoint", "server", "begins", "ends"),
    [
        ("models/sub\\x.ckpt", "s", "x 1024", ", on server s."),
        ("flux.gguf", "", "flux 1024", "Tuesday 14:00."),
        ("", "s", "1024 × 1024 has", ", on server s."),
    ],
)
def test_names_are_told_without_folder_and_ending(
    checkpoint: str, server: str, begins: str, ends: str
) -> None:
    said = sentence((checkpoint, 1024, 1024, server), "step", 1.3, Moment(TUESDAY), None, NOW)
    assert said.startswith(begins)
    assert said.endswith(ends)


def test_a_slower_server_is_found_among_others() -> None:
    scan = pd.concat(
        [
            points(TUESDAY),
            points(key=(*KEY[:3], "gpu-1"), seed=2),
            points(key=("flux.gguf", 512, 512, "gpu-2"), seed=3),
        ]
    ).sort_values("at", kind="stable")
    table = found_changes([Scan(scan)], NOW)
    assert list(table.columns) == CHANGE_COLUMNS
    (row,) = table.to_dict("records")
    assert (row["checkpoint"], row["size"], row["server"]) == (KEY[0], "1024 × 1024", "gpu-2")
    assert abs(row["at"] - TUESDAY) <= timedelta(hours=3)
    assert row["ratio"] == pytest.approx(1.31, rel=0.05)
    assert row["after"] / row["before"] == pytest.approx(row["ratio"], rel=0.01)
    assert row["kind"] == "step"
    assert abs(row["generations"] - 77) <= 3  # since then
    assert row["sentence"].startswith("SDXL 1024 × 1024 has been 3")
    assert "slower than its own median since Tuesday" in row["sentence"]


def test_one_change_seen_several_times_is_told_once_by_the_most_generations() -> None:
    fine, rare = points(TUESDAY), points(TUESDAY, sampler="ddim", seed=4).iloc[::4]
    coarse = points(TUESDAY, seed=5).iloc[::6]
    scan = pd.concat([rare, fine]).sort_values("at", kind="stable")
    table = found_changes([Scan(scan), Scan(coarse)], NOW)
    assert len(table) == 1
    assert table["generations"].iloc[0] > 70


def test_another_sampler_is_no_change() -> None:
    """One half of the time the slow sampler was used, then the fast one."""
    slow, fast = points(sampler="slow").iloc[:168], points(sampler="fast").iloc[168:]
    scan = pd.concat([slow.assign(seconds=slow["seconds"] * 2), fast])
    assert found_changes([Scan(scan)], NOW).empty


@pytest.mark.parametrize(
    ("kind", "grain", "until", "said"),
    [
        ("back", 0, None, "has been back to its usual time since Tuesday 14:00"),
        ("back", 8, None, "has been back to its usual time since Tuesday"),
        ("back", 0, NOW, "took its usual time again from Tuesday 14:00 until Friday 18:00"),
        ("drift", 24, None, "has slowly become 31 % slower since Tuesday"),
        ("step", 168, None, "has been 31 % slower than its own median since the week of 3 March"),
    ],
)
def test_what_is_known_to_a_week_is_not_told_to_the_minute(
    kind: Kind, grain: int, until: datetime | None, said: str
) -> None:
    known = timedelta(hours=grain)
    end = Moment(until, known) if until else None
    told = sentence(KEY, kind, 1.31, Moment(TUESDAY, known), end, NOW)
    rate = ": about 9 % a day" if kind == "drift" else ""
    assert told == f"SDXL 1024 × 1024 {said}, on server gpu-2{rate}."


def test_a_drift_is_one_sentence_with_its_rate() -> None:
    table = points()
    slower = 1.5 ** np.linspace(0, 1, len(table))
    (row,) = found_changes(
        [Scan(table.assign(seconds=table["seconds"] / 1.0 * slower))], NOW
    ).to_dict("records")
    assert row["kind"] == "drift"
    assert row["ratio"] == pytest.approx(1.5, rel=0.05)
    assert "has slowly become" in row["sentence"]
    assert "about 3 % a day" in row["sentence"]


def test_a_time_that_was_slower_ends_with_its_usual_time() -> None:
    table = points()
    bump = np.where((table["at"] >= TUESDAY) & (table["at"] < NOW - timedelta(days=1)), 1.4, 1)
    now, then = found_changes([Scan(table.assign(seconds=table["seconds"] * bump))], NOW).to_dict(
        "records"
    )
    assert (then["kind"], now["kind"]) == ("step", "back")
    assert "was 4" in then["sentence"]
    assert "has been back to its usual time since Thursday" in now["sentence"]


def test_the_end_of_a_slow_time_is_a_return_though_a_shorter_scan_saw_no_more_than_the_end() -> (
    None
):
    table = points()
    bump = np.where((table["at"] >= TUESDAY) & (table["at"] < NOW - timedelta(days=1)), 1.4, 1)
    whole = Scan(table.assign(seconds=table["seconds"] * bump))
    found = found_changes([whole.since(NOW - timedelta(days=2)), whole], NOW)
    assert list(found["kind"]) == ["back", "step"]


@pytest.mark.parametrize("days", [1, 3, 6, 10])
def test_scans_of_more_days_never_say_less(days: int) -> None:
    table = points(NOW - timedelta(days=days), ratio=1.3, seed=days)
    whole = Scan(table)
    scans = [whole.since(NOW - timedelta(days=n)) for n in (2, 7, 14)]
    told = [set(found_changes(scans[: n + 1], NOW)["sentence"]) for n in range(3)]
    assert told[0] <= told[1] <= told[2]
    assert told[2]


def test_what_else_changed_is_named_and_not_blamed() -> None:
    table = points(TUESDAY).assign(batch=1, work=20, waiting=0.5, lora="")
    table.loc[table["at"] >= TUESDAY, ["batch", "work", "waiting"]] = [4, 80, 30.0]
    (row,) = found_changes([Scan(table)], NOW).to_dict("records")
    assert row["meanwhile"] == (
        "At the same time, images at once went from 1 to 4. "
        "At the same time, the wait in the queue went from 0 s to 30 s."
    )


def test_times_are_compared_at_the_usual_steps_of_the_days_looked_at() -> None:
    """Twice the steps is no slower machine."""
    table = points().drop(columns="seconds").assign(rest=1.0, batch=1, waiting=0.0, lora="")
    table["work"] = np.where(table["at"] >= TUESDAY, 40, 20)
    table["sampling"] = 0.2 * table["work"]
    scan = one_by_one(table, NOW - timedelta(days=7), most=5)
    assert scan.points["seconds"].nunique() == 1
    assert found_changes([scan], NOW).empty


def test_a_week_is_told_by_its_monday() -> None:
    table = points(TUESDAY).iloc[::24]
    assert {at.weekday() for at in by_weeks(table).points["at"]} == {0}


def test_nothing_gives_a_table_with_its_columns() -> None:
    empty = pd.DataFrame(columns=COLUMNS)
    assert list(found_changes([Scan(empty)], NOW).columns) == CHANGE_COLUMNS
