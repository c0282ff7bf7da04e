"""Timings of past generations, for estimates. Plain records; the fitting is done elsewhere."""

from dataclasses import dataclass

import duckdb

from storage.mapping.rows import clean
from storage.search.reads import newest, span, within


@dataclass(frozen=True, slots=True)
class NodeTiming:
    """One node of one finished generation.

    `megapixels` is width × height × batch / 10⁶ of the generation, `steps` those this node
    counted (0: none), `seconds` from its start to its end, `first_step_seconds` from its start to
    its first step (warm-up included), `step_seconds_median` of the steps after that; both None
    where not known. `cold` where the generation had to load anything. `sampler` is the
    generation's. `worked` are the megapixels of this very node, frames and batch included, 0
    where not known.
    """

    generation: str
    created_at: float
    node: str
    node_class: str
    activity: str
    checkpoint: str
    sampler: str
    workflow: str
    megapixels: float
    steps: int
    seconds: float
    first_step_seconds: float | None
    step_seconds_median: float | None
    server: str
    cold: bool
    worked: float = 0.0

    @property
    def size(self) -> float:
        """Megapixels that its seconds depend on."""
        return self.worked or self.megapixels


_NODES = f"""
WITH recent AS (
    SELECT id, created_at, checkpoint, sampler, workflow, width, height, batch, server
    FROM generations WHERE {within("id")}
), runs AS (
    SELECT generation, number, node, node_class, activity, steps, step_seconds, megapixels,
        date_diff('microsecond', started_at, finished_at) / 1e6 AS seconds
    FROM node_runs WHERE {within("generation")}
), loads AS (
    SELECT generation, bool_or(activity = 'loading') AS cold FROM runs GROUP BY generation
)
SELECT g.id, epoch(g.created_at), r.node, r.node_class, r.activity, g.checkpoint, g.sampler,
    g.workflow, CAST(g.width AS DOUBLE) * g.height * g.batch / 1e6, r.steps, r.seconds,
    list_extract(r.step_seconds, 1), list_median(r.step_seconds[2:]),
    g.server, l.cold, r.megapixels
FROM recent g JOIN runs r ON r.generation = g.id JOIN loads l ON l.generation = g.id
ORDER BY g.created_at DESC, g.id DESC, r.number
"""


def past_runs(cursor: duckdb.DuckDBPyConnection, server: str, limit: int) -> list[NodeTiming]:
    """The nodes of the last *limit* generations finished on *server*, newest generation first."""
    finished = ["server = $1", "status = 'finished'"]
    ids = newest(cursor, finished, [clean(server)], limit)
    runs = cursor.execute(_NODES, span(ids)).fetchall() if ids else []
    return [NodeTiming(*row) for row in runs]
