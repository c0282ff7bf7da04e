"""Which generations have a word that few have, so that not every prompt has to be read for it.

Of each month that is summed up (`storage.stats.rollups`) every word of its prompts is kept once,
and with those that few have, who has them. What is looked for stands within one of these words, or
it is in no prompt of that month. Other months are read as ever, and so is everything where many
prompts have the word: what is found here only narrows a search, whose own conditions still decide.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import duckdb

from storage.search import summed_months
from storage.search.conditions import Conditions
from storage.search.query import Words, add_words

FEW = 32
"""Generations of a month that a word is kept with."""
MOST = 400
"""Generations, and words, that a search is narrowed to: more are found as fast without."""
TERMS = 4
"""Texts of a search that are looked for among the words, the longest first."""
BEGINNING = datetime(1970, 1, 1)  # noqa: DTZ001 - stored naive, in UTC

TABLE = "rollup_words"
DDL = f"CREATE TABLE {TABLE} (build BIGINT, word VARCHAR, ids VARCHAR[])"
BUILD = f"""
INSERT INTO {TABLE}
SELECT $build, word, CASE WHEN len(first) <= {FEW} THEN first END FROM (
    SELECT word, min(id, {FEW + 1}) AS first FROM (
        SELECT id, unnest(list_distinct(string_split(prompt_folded, ' '))) AS word
        FROM generations WHERE created_at >= $from AND created_at < $until
    ) WHERE word != '' GROUP BY word
) ORDER BY word
"""
"""Words are what stands between spaces: at least as much as a text without any is in."""


def narrow(
    cursor: duckdb.DuckDBPyConnection,
    wanted: Conditions,
    words: Words,
    before: datetime | None = None,
) -> None:
    """Ask *wanted*, which asks for *words*, only of those that may have them, where few may.

    *before* is where it asks for nothing made later.
    """
    ids = _candidates(cursor, words, before)
    if ids is not None:
        # First of all, and by nothing else: then DuckDB takes the key's own index.
        places = ", ".join(wanted.value(id_) for id_ in ids)
        few = f"SELECT * FROM generations WHERE {f'id IN ({places})' if ids else 'false'}"
        wanted.source = f"(WITH few AS MATERIALIZED ({few}) FROM few) AS generations"


def _candidates(
    cursor: duckdb.DuckDBPyConnection, words: Words, before: datetime | None
) -> list[str] | None:
    months = summed_months.ready(cursor, BEGINNING) if words.wanted else []
    if not months:
        return None
    builds = [build for _, build in months]
    gaps = summed_months.gaps(cursor, [month for month, _ in months], BEGINNING)
    for term in sorted(words.wanted, key=len, reverse=True)[:TERMS]:
        ids = _summed(cursor, builds, term)
        for gap in gaps:
            if ids is not None:
                ids = _with(ids, _unsummed(cursor, gap, before, term, MOST + 1 - len(ids)))
        if ids is not None:
            return sorted(ids)
    return None


def _with(ids: set[str], more: Sequence[str]) -> set[str] | None:
    every = ids.union(more)
    return every if len(every) <= MOST else None


def _summed(cursor: duckdb.DuckDBPyConnection, builds: list[int], term: str) -> set[str] | None:
    """Who may have *term* in the months that are summed up; None where many may."""
    piece = max(term.split(" "), key=len)
    found = cursor.execute(
        f"SELECT ids FROM {TABLE} WHERE build = ANY($1) AND contains(word, $2) LIMIT {MOST + 1}",
        [builds, piece],
    ).fetchall()
    if len(found) > MOST or any(ids is None for (ids,) in found):
        return None
    return _with(set(), [id_ for (ids,) in found for id_ in ids])


def _unsummed(
    cursor: duckdb.DuckDBPyConnection,
    gap: tuple[datetime, datetime | None],
    before: datetime | None,
    term: str,
    limit: int,
) -> list[str]:
    """Who has *term* in a *gap* between these months."""
    first, until = gap
    ends = [end for end in (until, before) if end is not None]
    if ends and min(ends) < first:
        return []
    asked = Conditions()
    asked.add("created_at >= {}", first)
    if ends:
        asked.add("created_at <= {}", min(ends))
    add_words(asked, Words((term,)))
    sql = f"SELECT id FROM generations WHERE {asked.where} LIMIT {limit}"
    found: list[tuple[Any, ...]] = cursor.execute(sql, asked.values).fetchall()
    return [row[0] for row in found]
