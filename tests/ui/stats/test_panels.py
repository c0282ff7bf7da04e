"""What each panel of the Stats tab is told."""

import pandas as pd
import pytest

from storage.statistics import Headlines
from tests.ui.samples import record
from tests.ui.stats import frames
from ui.stats.figures import counts, failed, forecasts, speed, spent, trend, whatif
from ui.stats.question import Series

SDXL = Series("sd_xl_base_1.0.safetensors", 1024, 1024)


def test_empty_statistics_are_said_not_made_up() -> None:
    cards = counts.cards(Headlines(0, 0, 0, None, None, None), frames.periods())
    assert [card["number"] for card in cards] == ["0", "0", "–", "–", "–"]


def test_a_period_has_a_unit_that_suits_it() -> None:
    assert [counts.usual_unit(days) for days in (7, 90, 365, 0)] == ["day", "day", "week", "month"]


def test_the_busiest_period_and_hour_are_said_in_words() -> None:
    days = counts.per_period(frames.periods(3, 12, 4), "day")
    assert days
    assert days["said"] == "19 generations in 3 days; most, 12, in the day of 3 Mar 2026."
    hours = counts.hours_of_week(frames.week(weekday=2, hour=23, generations=4))
    assert hours
    assert hours["said"] == "Busiest: Wed 23:00, 4 generations."
    assert hours["data"][0]["z"][2][23] == 4
    assert hours["data"][0]["text"][2][23] == "4 generations<br>1 failed<br>median 2.50 s"


def test_changes_come_as_sentences_with_what_they_rest_on() -> None:
    told = trend.changes(frames.changes(1.31, 0.8))
    slower, faster = told["sentences"]
    assert (slower["kind"], faster["kind"]) == ("slower", "faster")
    assert slower["text"] == "It has changed to 1.31."
    assert slower["more"] == "10.0 s before, 13.1 s since, from 30 generations"
    assert slower["series"] == {
        "checkpoint": frames.HOSTILE,
        "width": 1024,
        "height": 768,
        "server": "gpu-2",
    }


def test_the_surest_change_is_shown_first_unless_a_person_chose() -> None:
    def chosen(wanted: Series, changed: pd.DataFrame) -> list[bool]:
        return [c["chosen"] for c in trend.choices(frames.trends(), wanted, changed)]

    mine = Series("a.safetensors", 512, 512, "")
    assert chosen(Series(), frames.changes()) == [True, False]
    assert chosen(Series(), frames.changes(1.5)) == [False, True]
    assert chosen(mine, frames.changes(1.5)) == [True, False]
    assert chosen(Series("gone", 1, 1, ""), frames.changes()) == [True, False]


@pytest.mark.parametrize(
    ("kind", "ratio", "said"),
    [
        ("step", 1.31, "▲ 31 % slower"),
        ("step", 0.8, "▼ 20 % faster"),
        ("step", 2.5, "▲ 150 % slower"),
        ("drift", 1.5, "▲ 50 % slower, slowly"),
        ("back", 0.7, "✓ as usual"),
    ],
)
def test_a_change_is_marked_in_two_words(kind: str, ratio: float, said: str) -> None:
    assert trend.turn({"kind": kind, "ratio": ratio}) == said


def test_what_is_as_usual_again_is_neither_slower_nor_faster() -> None:
    frame = frames.changes(0.7).assign(kind="back", meanwhile="At the same time, it rained.")
    (told,) = trend.changes(frame)["sentences"]
    assert (told["kind"], told["meanwhile"]) == ("usual", "At the same time, it rained.")


def test_a_long_checkpoint_leaves_room_for_what_tells_groups_apart() -> None:
    row = {"checkpoint": "x" * 80, "size": "1024 × 1024", "server": "gpu-2"}
    name = speed.label(row, ("checkpoint", "size", "server"))
    assert name.endswith("… · 1024 × 1024 · gpu-2")
    assert len(name) == speed.MAX_LABEL


def test_the_dearest_cold_start_is_said() -> None:
    frame = pd.DataFrame(
        {
            "checkpoint": ["a.ckpt", "b.ckpt", "c.ckpt"],
            "server": ["", "gpu", ""],
            "cold_generations": [2, 3, 1],
            "warm_generations": [9, 9, 0],
            "cold_median": [3.0, 9.0, 5.0],
            "warm_median": [2.0, 2.5, float("nan")],
            "costs": [1.0, 6.5, float("nan")],
        }
    )
    told = spent.cold_and_warm(frame)
    assert told["sentence"] == "A cold start of b costs 6.50 s on gpu."
    assert len(told["table"]["rows"]) == 3
    assert spent.cold_and_warm(frame.tail(1))["sentence"] == ""


def test_more_steps_have_a_price_from_times_measured_here() -> None:
    told = whatif.answer(frames.slopes(), whatif.Wish(SDXL, 20, 30))
    assert (told["verb"], told["number"]) == ("costs you", "6.10 s")
    assert told["sentence"] == "13.4 s become 19.5 s: 0.61 s a step and 1.20 s around them."
    assert told["basis"] == "From 42 generations on gpu-1."
    assert told["batch"] == "Each makes 4 images at once."
    assert whatif.answer(frames.slopes(), whatif.Wish(SDXL, 30, 20))["verb"] == "saves you"


def test_no_basis_is_said_and_a_thin_one_too() -> None:
    unknown = whatif.answer(frames.slopes(), whatif.Wish(Series("x.ckpt", 64, 64, "gpu-9")))
    assert unknown["none"].startswith("No basis yet: no generation of x at 64 × 64 on gpu-9 ")
    thin = whatif.answer(frames.slopes(), whatif.Wish(Series("flux.safetensors", 512, 512)))
    assert thin["basis"] == "From 2 generations. Few: take it as a first guess."
    assert thin["batch"] == "Each makes one image."


def test_the_series_with_the_broadest_basis_is_priced_first() -> None:
    offered = whatif.choices(frames.slopes())
    assert offered["first"]["checkpoint"] == SDXL.checkpoint
    assert offered["none"] == ""
    assert whatif.choices(frames.slopes().head(0))["first"] is None


def test_forecasts_are_judged_in_shares() -> None:
    summary = pd.DataFrame(
        {"generations": [1200], "median_error": [0.071], "within_10": [0.64], "within_25": [0.93]}
    )
    told = forecasts.said(summary)
    assert told is not None
    assert [card["number"] for card in told["cards"]] == ["64 %", "93 %", "7 %"]
    assert told["basis"] == "Of 1,200 forecasts given before the press."
    assert forecasts.said(summary.assign(generations=0)) is None


def test_failures_are_told_by_cause_with_an_example() -> None:
    frame = pd.DataFrame(
        {
            "kind": ["value_not_in_list", ""],
            "sentence": ["<b>x</b> is not there.", None],
            "generations": [3, 1],
            "last_at": pd.to_datetime(["2026-03-10 09:30", "2026-03-09 10:00"]),
        }
    )
    told = failed.causes(frame)["rows"]
    assert [cell[1] for cell in told[0]] == [
        "value not in list",
        "3",
        "10 Mar, 09:30",
        "<b>x</b> is not there.",
    ]
    assert [cell[1] for cell in told[1]][::3] == ["not known", "No reason was given."]


def test_a_generation_is_named_by_its_prompt_and_more() -> None:
    assert (
        spent.named(record(prompt="  two\nlines ")) == "two lines · 512 × 512 · …000001 (running)"
    )
