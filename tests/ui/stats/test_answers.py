"""The tab's questions, answered from a real store."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.records import Generation, Status
from studio.access.viewer import Viewer
from studio.errors import StudioError
from studio.studio import Studio
from tests.support import environment
from tests.support.records import generation, image, node_run
from tests.support.stores import open_store
from tests.ui.stats.frames import HOSTILE
from ui.shell.context import Parts
from ui.shell.rpc import UNEXPECTED, Ask, remote
from ui.stats.answers import Answers

ANN, BOB, ROOT = Viewer("user:ann"), Viewer("user:bob"), Viewer("user:root", is_admin=True)
HOUR = 3600.0
SECRET = "a prompt of ann's"
ALL = (
    "overview",
    "hours",
    "trend",
    "speed",
    "spent",
    "cold",
    "fall",
    "whatif",
    "forecasts",
    "failed",
)


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    settings = environment.settings(tmp_path)
    opened = Studio(settings, (), open_store(tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def answers(studio: Studio) -> Answers:
    return Answers(Parts(studio, lambda _: ANN))


def fill(studio: Studio, *lives: Generation) -> None:
    """Store *lives*, each with a node that loaded and one that sampled 20 steps in 4 seconds."""
    store = studio.statistics._store
    store.generations.add(lives)
    for life in lives:
        begun = life.started_at or life.created_at
        runs = [
            node_run("loading", begun, finished_at=begun + 1.0),
            node_run("sampling", begun + 1.0, finished_at=begun + 5.0, steps=20),
        ]
        store.generations.complete(life.id, node_runs=runs)


def life(number: int, now: float, **fields: Any) -> Generation:
    """One that was asked for an hour ago, and a little later for each *number*."""
    asked = now - HOUR + number
    given: dict[str, Any] = {
        "created_at": asked,
        "started_at": asked + 0.5,
        "finished_at": asked + 6.0,
        "fetched_at": asked + 6.1,
        "status": Status.FINISHED,
        "checkpoint": HOSTILE,
        "prompt": SECRET,
        "images": (image(),),
        "forecast_seconds": 5.0,
    }
    return generation(number, **(given | fields))


@pytest.fixture
def now(studio: Studio) -> float:
    return float(studio.statistics._clock())


def ask(answers: Answers, name: str, viewer: Viewer = ANN, **data: Any) -> Any:
    return answers.functions[f"st_{name}"](Ask(data, viewer))


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("days", [7, 0])
def test_an_empty_store_is_answered(answers: Answers, name: str, days: int) -> None:
    told = ask(answers, name, days=days)
    assert told.get("picture") is None
    assert not told.get("rows")


def test_every_panel_has_something_to_show(studio: Studio, answers: Answers, now: float) -> None:
    fill(
        studio,
        *(life(n, now) for n in range(3)),
        life(9, now, status=Status.FAILED, error="It broke."),
    )
    overview = ask(answers, "overview", days=7, unit="week")
    assert overview["unit"] == "week"
    assert overview["cards"][0]["number"] == "4"
    assert overview["picture"]["data"][0]["name"] == "finished"
    assert [part["name"] for part in overview["outcomes"]] == ["finished", "failed"]
    assert ask(answers, "hours")["picture"]
    trend = ask(answers, "trend")
    assert (trend["sentences"], len(trend["choices"])) == ([], 1)
    assert trend["picture"]["data"]
    speed = ask(answers, "speed", by=["server"])
    assert [c["title"] for c in speed["table"]["columns"]][:2] == ["Server", "Generations"]
    assert speed["rate"]["data"][0]["x"] == [5.0]
    assert {part["name"] for part in ask(answers, "spent")["shares"]} >= {"loading", "sampling"}
    assert ask(answers, "cold")["table"]["rows"]
    assert ask(answers, "forecasts")["picture"]
    failed = ask(answers, "failed")
    assert failed["latest"][0]["sentence"] == "It broke."
    assert failed["causes"]["rows"][0][1][1] == "1"


def test_a_price_of_steps_takes_one_that_found_its_model_loaded(
    studio: Studio, answers: Answers, now: float
) -> None:
    """Whoever has made one already is not told to make one, for that one had to load."""
    cold, warm = life(1, now), life(2, now)
    fill(studio, cold)
    told = ask(answers, "whatif")
    assert told["first"] is None
    assert told["none"].startswith("No basis yet: it takes a finished generation in this period ")
    assert "found its model loaded" in told["none"]
    assert "make two in a row of one checkpoint and size" in told["none"]
    store = studio.statistics._store
    store.generations.add([warm])
    begun = warm.started_at or 0.0
    sampled = node_run("sampling", begun, finished_at=begun + 4.0, steps=20)
    store.generations.complete(warm.id, node_runs=[sampled])
    told = ask(answers, "whatif")
    assert told["none"] == ""
    assert told["answer"]["sentence"].startswith("5.50 s become 7.50 s: 0.20 s a step and 1.50 s ")


def test_the_waterfall_is_of_the_newest_or_of_the_one_asked_for(
    studio: Studio, answers: Answers, now: float
) -> None:
    first, second = life(1, now), life(2, now)
    fill(studio, first, second)
    assert ask(answers, "fall")["id"] == second.id
    told = ask(answers, "fall", id=first.id)
    assert told["id"] == first.id
    assert [row["activity"] for row in told["rows"]][:3] == ["waiting", "loading", "sampling"]
    assert [one for one, _ in told["choices"]] == [second.id, first.id]


@pytest.mark.parametrize("name", ALL)
def test_nobody_is_told_anything_of_anothers(
    studio: Studio, answers: Answers, now: float, name: str
) -> None:
    mine = life(1, now)
    fill(studio, mine)
    told = str(ask(answers, name, BOB, id=mine.id, series={"checkpoint": HOSTILE, "width": 512}))
    assert all(word not in told for word in (mine.id, SECRET, HOSTILE, "&amp;lt;i"))
    assert ask(answers, "overview", ROOT)["cards"][0]["number"] == "1"


def test_hours_are_those_of_the_viewers_clock(studio: Studio, answers: Answers, now: float) -> None:
    fill(studio, life(0, now))

    def hour(offset: int) -> int:
        cells = ask(answers, "hours", offset=offset)["picture"]["data"][0]["z"]
        return next(n for row in cells for n, count in enumerate(row) if count)

    assert hour(3 * 3600) == (hour(0) + 3) % 24


def test_a_long_time_by_the_day_becomes_weeks_and_no_thousand_bars(
    studio: Studio, answers: Answers, now: float
) -> None:
    fill(studio, life(0, now - 900 * 24 * HOUR), life(1, now))
    told = ask(answers, "overview", days=0, unit="day")
    assert told["unit"] == "week"
    assert 128 <= len(told["picture"]["data"][0]["x"]) <= 131


@pytest.mark.parametrize("sent", [None, [], "x", {"by": [1, {}], "series": 3, "days": "'"}])
@pytest.mark.parametrize("name", ALL)
def test_whatever_a_script_sends_is_answered(studio: Studio, name: str, sent: Any) -> None:
    parts = Parts(studio, lambda _: ANN)
    call = remote(parts, name, Answers(parts).functions[f"st_{name}"])
    assert call(sent, None).get("error") != UNEXPECTED  # type: ignore[arg-type] # of no interest here


def test_sql_is_answered_as_a_table_and_a_mistake_in_a_sentence(
    studio: Studio, answers: Answers, now: float
) -> None:
    fill(studio, life(1, now, seed=2**64 - 1))
    told = ask(answers, "sql", sql="SELECT prompt, seed, steps, NULL AS gone FROM generations")
    assert [c["title"] for c in told["table"]["columns"]] == ["prompt", "seed", "steps", "gone"]
    assert [c["number"] for c in told["table"]["columns"]] == [False, False, True, False]
    assert [cell[2] for cell in told["table"]["rows"][0]] == [SECRET, str(2**64 - 1), "20", ""]
    assert told["said"].startswith("1 row in ")
    with pytest.raises(StudioError, match="Only questions"):
        ask(answers, "sql", sql="DROP TABLE generations")
    assert ask(answers, "sql", BOB, sql="FROM generations")["table"]["rows"] == []


def test_the_tables_of_the_box_and_its_examples_are_told(answers: Answers) -> None:
    tables = {t["name"]: dict(t["columns"]) for t in ask(answers, "tables")["tables"]}
    assert set(tables) == {"generations", "images", "nodes"}
    assert tables["generations"]["seed"] == "hugeint"
    examples = ask(answers, "examples")["examples"]
    assert len(examples) == 6
    for _, text in examples:
        ask(answers, "sql", sql=text)
