"""Servers and answers in SQL, as the page is told them."""

from dataclasses import replace
from typing import Any

import pytest

from studio.servers.loads import ServerLoad
from studio.snapshot import Link
from studio.sql.sandbox import Answer
from tests.ui.samples import NOW
from ui.stats import sql
from ui.stats.figures import servers

BUSY = ServerLoad(
    "gpu", 1, 4, 24 * 2**30, 6 * 2**30, 64 * 2**30, 0, 5.4, Link.LIVE, measured_at=NOW - 1
)


def test_a_busy_server_tells_queue_speed_and_memory() -> None:
    (card,) = servers.cards([BUSY], NOW)
    assert (card["queue"], card["speed"]) == ("1 running, 4 waiting", "5.4 steps/s")
    assert card["memory"] == [
        {"name": "VRAM", "share": 0.75, "said": "18.0 GB of 24.0 GB"},
        {"name": "RAM", "share": 1.0, "said": "64.0 GB of 64.0 GB"},
    ]
    assert card["note"] == ""


def test_memory_heard_of_long_ago_is_said_to_be_old() -> None:
    (card,) = servers.cards([replace(BUSY, link=Link.UNREACHABLE)], NOW + 300)
    assert card["note"] == "Told 5.0 min ago."


@pytest.mark.parametrize(
    "told",
    [{"measured_at": None}, {"vram_total": 0, "ram_total": 0}, {"vram_total": -1, "ram_total": 0}],
)
def test_a_server_that_tells_nothing_shows_no_bar(told: dict[str, Any]) -> None:
    (card,) = servers.cards([replace(BUSY, steps_per_second=None, **told)], NOW)
    assert (card["memory"], card["speed"], card["note"]) == ([], "", servers.UNTOLD)


@pytest.mark.parametrize(
    ("counts", "said"),
    [((0, 0), "Nothing in its queue"), ((2, 0), "2 running"), ((0, 3), "3 waiting")],
)
def test_a_queue_is_said_in_words(counts: tuple[int, int], said: str) -> None:
    assert servers.queue(*counts) == said


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (1234567, "1,234,567"),
        (0.123456789, "0.123457"),
        (True, "true"),
        ({"a": [1, "é"]}, '{"a": [1, "é"]}'),
        ("<b>x</b>", "<b>x</b>"),
        ("18446744073709551615", "18446744073709551615"),
    ],
)
def test_any_value_is_text_and_whole_in_its_title(value: Any, text: str) -> None:
    assert sql.cell(value)[1] == text


def test_a_cut_answer_says_so() -> None:
    told = sql.answered(Answer(("n", "b"), ((1, True), (2, False)), truncated=True, seconds=0.2))
    assert told["said"] == "The first 2 rows in 0.20 s. There are more: add a LIMIT, or group them."
    assert [column["number"] for column in told["table"]["columns"]] == [True, False]
