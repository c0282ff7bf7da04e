"""What is searched for is only ever looked for, whatever it spells in SQL."""

from typing import Any

import pytest

from storage.records import Generation
from tests.security.conftest import Fortress
from tests.security.person import Person

PIECES = (
    "' OR '1'='1", "' OR 1=1 --", "'; DROP TABLE generations; --", '" OR ""="', "\\' OR 1=1 --",
    "x' UNION SELECT * FROM documents --", "') OR owner LIKE '%", "%", "_", "%' --", "\0", "$1",
    "'||(SELECT prompt FROM generations LIMIT 1)||'", "?", ":owner", "user:ann",
    "1); DELETE FROM generations; --",
)  # fmt: skip
TEXTS = ("words", "checkpoint", "lora", "sampler", "workflow", "server", "owner", "collection")


@pytest.fixture(scope="module")
def secret(fortress: Fortress) -> Generation:
    return fortress.made("user:ann", prompt="annslighthouse")


def searches(piece: str) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = [{name: piece} for name in TEXTS]
    asked += [{"tags": [piece]}, {"width": piece}, {"statuses": [piece]}, {"sort": piece}]
    asked += [{"after": piece}, {"rating": piece}, {"since": piece}, {piece: "x"}]
    return [*asked, {name: [piece] for name in TEXTS}]


@pytest.mark.parametrize("piece", PIECES)
def test_no_search_or_filter_shows_what_is_not_ones_own(
    fortress: Fortress, bob: Person, secret: Generation, piece: str
) -> None:
    for asked in searches(piece):
        answer = bob.client.post("/api/library/search", json=asked)
        assert answer.status_code in (200, 409, 422), (asked, answer.text)
        assert shows_nothing(answer.text), asked
        for name in ("gal_page", "gal_count", "gal_facets"):
            shown = bob.ask(name, search=asked, after=piece, limit=10)
            assert shown.status_code == 200, (name, asked)
            assert shows_nothing(shown.text), (name, asked)
    for query in ({"before": piece}, {"status": piece}, {"limit": piece}, {"server": piece}):
        for path in ("/api/generations", "/api/queue", "/api/stats/per_period.csv"):
            answer = bob.client.get(path, params=query)
            assert answer.status_code < 500, (path, query)
            assert shows_nothing(answer.text), (path, query)
    assert fortress.store.generations.get(secret.id) == secret


def shows_nothing(text: str) -> bool:
    return "annslighthouse" not in text


def test_marks_and_names_that_spell_sql_are_kept_as_they_are(
    bob: Person, fortress: Fortress
) -> None:
    made = fortress.made(bob.owner)
    for piece in PIECES[:6]:
        mark = {"ids": [made.id], "addTags": [piece], "collect": piece}
        assert bob.client.post("/api/library/mark", json=mark).status_code == 200
        found = bob.client.post("/api/library/search", json={"tags": [piece]})
        assert [one["id"] for one in found.json()["generations"]] == [made.id], piece
        kept = bob.client.get(f"/api/generations/{made.id}").json()
        assert piece in kept["tags"]
