"""What Stepglass keeps, held against the engines' own books."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from comfy.demo.engine.ledger import Entry
from storage.records import Generation, Status

KINDS = ("stuck", "lost", "twice", "wrong state", "wrong owner", "images missing", "stray files")


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine's `entries`, and its `folder`."""

    entries: Mapping[str, Entry]
    folder: Path


@dataclass
class Audit:
    """What was found, by kind; `states` counts the records.

    `forgot` counts those that ended well on an engine that lost its memory before it could say so.
    """

    states: Counter[str] = field(default_factory=Counter)
    found: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    forgot: int = 0

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not any(self.found.values())


def audit(
    records: Sequence[Generation],
    engines: Mapping[str, Engine],
    data_folder: Path,
    owners: Mapping[str, str] | None = None,
) -> Audit:
    """Compare *records* with what *engines* (by server name) say; *owners* is who asked."""
    result = Audit(Counter(record.status.value for record in records))
    for record in records:
        entries = {n: e for n, engine in engines.items() if (e := engine.entries.get(record.id))}
        for kind, text in _examine(record, entries, engines, data_folder):
            result.found[kind].append(f"{record.id} ({record.status}): {text}")
        if record.status is not Status.FINISHED and any(e.forgotten for e in entries.values()):
            result.forgot += 1
    for name, engine in engines.items():
        ours = {e.client_id for r in records if (e := engine.entries.get(r.id))}
        if len(ours) > 1:
            result.found["wrong state"].append(f"{name} knows us by {len(ours)} client ids")
    for id_, owner in (owners or {}).items():
        stored = next((r.owner for r in records if r.id == id_), "nobody's")
        if stored != owner:
            result.found["wrong owner"].append(f"{id_}: {stored}, not {owner}")
    result.found["stray files"] += _stray(records, data_folder)
    return result


def _examine(
    record: Generation,
    entries: Mapping[str, Entry],
    engines: Mapping[str, Engine],
    data_folder: Path,
) -> Iterable[tuple[str, str]]:
    """(kind, what is wrong) of one record."""
    held = list(entries.values())
    if not record.status.is_final:
        yield "stuck", f"is {record.status}"
    if sum(e.completed for e in held) > 1 or any(e.doubled for e in held):
        yield "twice", f"ran to its end {[(e.completed, e.forgotten) for e in held]} times"
    if record.status is Status.FINISHED:
        entry = entries.get(record.server)
        if entry is None or not entry.completed + entry.forgotten:
            yield "wrong state", f"never ran to its end on {record.server}"
        else:
            yield from _images(record, entry, engines[record.server].folder, data_folder)
            yield from _digests(record, entry)
        return
    if any(e.completed for e in held):
        yield "lost", "ran to its end on the engine"
    if any(not e.outcome for e in held):
        yield "wrong state", "is not over on the engine"
    allowed = {
        Status.CANCELLED: ("deleted", "interrupted", "success"),
        Status.FAILED: ("error",),
        Status.LOST: (),
    }.get(record.status, ())
    last = entries.get(record.server)
    if last and last.outcome not in allowed and not last.is_forgotten:
        yield "wrong state", f"the engine says {last.outcome!r}"


def _images(
    record: Generation, entry: Entry, engine_folder: Path, data_folder: Path
) -> Iterable[tuple[str, str]]:
    """Each file of the engine must be kept once, byte for byte."""
    if entry.wiped:
        return
    kept = [image.filename for image in record.images]
    if sorted(kept) != sorted(entry.files):
        yield "images missing", f"{kept} kept of {entry.files}: {record.warning}"
    for image in record.images:
        original, copy = engine_folder / "output" / image.filename, data_folder / image.path
        if not copy.is_file():
            yield "images missing", f"{image.path} is gone"
        elif not original.is_file() or original.read_bytes() != copy.read_bytes():
            yield "images missing", f"{image.path} is not {image.filename}"


def _digests(record: Generation, entry: Entry) -> Iterable[tuple[str, str]]:
    """What is kept is what this very prompt wrote, where the books tell that."""
    if entry.digests:
        for image in record.images:
            if image.sha256 not in entry.digests:
                yield "wrong owner", f"{image.path} was not written by its prompt"


def _stray(records: Sequence[Generation], data_folder: Path) -> list[str]:
    """Kept files that no record knows, and files left half written."""
    known = {data_folder / image.path for record in records for image in record.images}
    known |= {data_folder / image.thumbnail for record in records for image in record.images}
    found = [p for p in (data_folder / "images").rglob("*") if p.is_file() and p not in known]
    found += (data_folder / "incoming").glob("*")
    return [str(path.relative_to(data_folder)) for path in found]


def show(done: Counter[str], result: Audit) -> None:
    """Print the tables."""
    print("\nfaults injected" + f"{sum(done.values()):>26}")
    for name, count in sorted(done.items()):
        print(f"  {name:<33}{count:>6}")
    print("\ngenerations" + f"{sum(result.states.values()):>30}")
    for name, count in sorted(result.states.items()):
        print(f"  {name:<33}{count:>6}")
    print(f"  {'(done, but forgotten unheard)':<33}{result.forgot:>6}")
    print("\naudit")
    for kind, found in result.found.items():
        print(f"  {kind:<33}{len(found):>6}")
        for line in found[:10]:
            print(f"    {line}")
