"""What must hold of every generation, whatever has happened: record against the engine's books.

Pure. Each function yields sentences about what is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from comfy.demo.engine.ledger import Entry
from storage.records import Generation, Status
from tests.model.world import Asked


@dataclass(slots=True)
class Deeds:
    """What was done in a history that excuses something.

    `restarts` of the engine, `refusals` to connect to it, `taken_out` and `interrupted` by
    strangers, `post_faults` on the route that takes prompts, `ends_of_app` by any means;
    `keeps_history` once a restart left that as it was.
    """

    restarts: int = 0
    refusals: int = 0
    taken_out: set[str] = field(default_factory=set)
    interrupted: bool = False
    cleared: bool = False
    post_faults: int = 0
    node_faults: int = 0
    ends_of_app: int = 0
    keeps_history: bool = False


def sent(asked: Iterable[Asked], books: Mapping[str, Entry], deeds: Deeds) -> Iterator[str]:
    """Holds at every moment: no more was sent, and no more was run, than was allowed."""
    for job in asked:
        entry = books.get(job.id)
        if entry is None:
            continue
        # One that a restart cuts off at its start, with the history kept as if there had been none,
        # cannot be told from one that never began.
        unheard = deeds.restarts if deeds.keeps_history else 0
        if entry.runs > 1 + job.retry + unheard:
            yield f"{job.id} ran {entry.runs} times"
        if entry.completed + entry.forgotten > 1 + job.retry:
            yield f"{job.id} ran to its end {entry.completed + entry.forgotten} times"
        # Whoever is killed between sending and noting the answer looks for it, and sends it again
        # where somebody has taken it out since.
        # So is what was taken out of a server that then refuses connections, as one that died does.
        again = deeds.restarts + deeds.ends_of_app + deeds.refusals
        if entry.received > 1 + job.retry + again:
            yield f"{job.id} was sent {entry.received} times"
        if entry.doubled:
            yield f"{job.id} ran to its end twice"


def settled(
    asked: Iterable[Asked],
    records: Mapping[str, Generation | None],
    books: Mapping[str, Entry],
    deeds: Deeds,
    folder: Path,
) -> Iterator[str]:
    """Holds in the end, when all is over."""
    for job in asked:
        record, entry = records[job.id], books.get(job.id)
        if record is None:
            yield f"{job.id} has no record"
            continue
        for wrong in _one(job, record, entry, deeds, folder):
            yield f"{job.id} ({record.status}; {record.error or record.warning}): {wrong}; {entry}"


def _one(
    job: Asked, record: Generation, entry: Entry | None, deeds: Deeds, folder: Path
) -> Iterator[str]:
    if record.owner != job.owner:
        yield f"belongs to {record.owner}, not {job.owner}"
    if entry and not entry.outcome:
        yield "is not over on the engine"
    if entry and entry.completed and record.status is not Status.FINISHED:
        yield "ran to its end, and is lost"
    yield from _files(record, entry, folder)
    yield from _verdict(job, record, entry, deeds)


def _files(record: Generation, entry: Entry | None, folder: Path) -> Iterator[str]:
    """What is kept is of this prompt; all of it is kept where it could be fetched all along."""
    digests = Counter(filter(None, entry.digests if entry else ()))
    kept = Counter(image.sha256 for image in record.images)
    if kept - digests and not _is_cut_after_saving(record, entry):
        yield "has files that its prompt never wrote"
    if record.status is Status.FINISHED and not (entry and entry.wiped) and digests - kept:
        yield f"misses {sum((digests - kept).values())} of its files"
    if digests - kept and record.status is Status.FINISHED and not record.warning:
        yield "misses files without a warning"
    for image in record.images:
        if not (folder / image.path).is_file():
            yield f"{image.path} is gone"


def _is_cut_after_saving(record: Generation, entry: Entry | None) -> bool:
    """Whether the engine ended between writing the prompt's files and noting them."""
    is_named = all(record.id in image.filename for image in record.images)
    return bool(record.images) and is_named and entry is not None and not entry.digests


def _verdict(job: Asked, record: Generation, entry: Entry | None, deeds: Deeds) -> Iterator[str]:
    outcome = entry.outcome if entry else ""
    match record.status:
        case Status.FINISHED:
            # Whoever was heard to succeed has succeeded, though the history was never written.
            has_ended = entry and (entry.completed + entry.forgotten or entry.digests)
            if not has_ended and not _is_cut_after_saving(record, entry):
                yield "never ran to its end"
        case Status.CANCELLED:
            # A server that kept its history over a restart looks like one that never restarted.
            by_stranger = job.id in deeds.taken_out or deeds.interrupted or deeds.keeps_history
            if not job.cancelled and not by_stranger:
                yield "was cancelled by nobody"
            ends = ("deleted", "interrupted", *(("forgotten",) if deeds.keeps_history else ()))
            if not job.cancelled and outcome not in ends:
                yield f"the engine says {outcome!r}"
        case Status.FAILED:
            if outcome != "error" and not deeds.post_faults and deeds.restarts < 2:
                yield "failed at nothing"
            if outcome == "error" and not deeds.node_faults:
                yield "failed at a node that was well"
        case Status.LOST:
            if not (deeds.restarts or deeds.cleared or deeds.post_faults or deeds.ends_of_app):
                yield "was lost though nobody forgot anything"
        case _:
            yield "is not over"


__all__ = ["Deeds", "sent", "settled"]
