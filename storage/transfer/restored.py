"""What of a restored backup was not over: nothing of it runs by itself.

It may have run since the backup was made, here or elsewhere; only people can tell.
"""

from dataclasses import replace
from functools import partial

from storage.engine.database import Database
from storage.engine.transaction import Alter, perform
from storage.records import Generation, Status
from storage.search.reads import unfinished

HELD = (
    "Held: it was waiting when the backup was made that this was restored from, and may have run "
    "since. Release it to run it."
)


def settle(database: Database, made_at: float) -> int:
    """Hold what waited at *made_at* (epoch seconds), and end what was on a server then.

    Returns how many that were. Raises duckdb.Error.
    """
    with database.cursor() as cursor:
        cursor.begin()
        records = unfinished(cursor)
        change = partial(_settled, made_at)
        for result in perform(cursor, [Alter(tuple((r.id, change) for r in records))]).results:
            if isinstance(result, Exception):
                raise result
        cursor.execute("DELETE FROM outbox")  # the original tells of it
        cursor.commit()
    return len(records)


def _settled(made_at: float, record: Generation) -> Generation:
    if record.cancel_asked:
        return replace(record, status=Status.CANCELLED, finished_at=made_at)
    if record.status is Status.QUEUED:
        return replace(record, held=True, warning=HELD)
    doing = "running on" if record.status is Status.RUNNING else "with"
    return replace(
        record,
        status=Status.LOST,
        finished_at=made_at,
        retry_on_loss=False,
        error=f"It was {doing} {record.server} when the backup was made that this was restored "
        "from; what became of it is not known here. Run it again if it is still wanted.",
        error_kind="lost",
    )
