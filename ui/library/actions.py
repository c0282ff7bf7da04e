"""What the gallery's and the full view's scripts ask of the library, answered with JSON."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from storage.records import ImageKey, Target, generation_of, parted
from studio.errors import Absent, StudioError
from studio.library.library import MAX_AT_ONCE, MAX_PAGE
from studio.requested import used_image
from ui.library import details
from ui.library.search_json import search_of
from ui.library.tiles import NO_FILE, cell, small, tiles
from ui.shell.context import Parts
from ui.shell.rpc import Answer, Ask

PAGE = 100
"""Generations fetched at a time, unless the script says how many."""
MAX_AGAIN = 50
"""Generations run again at once."""
MAX_DIFFERENCE_SHOWN = 4_000
"""Characters of one side of a difference."""
GONE = str(Absent())


class LibraryAnswers:
    """Answers to the page's scripts; each takes what the viewer asks and gives a JSON object."""

    def __init__(self, parts: Parts) -> None:
        self._studio = parts.studio
        self._library = parts.studio.library

    @property
    def functions(self) -> dict[str, Callable[[Ask], Answer]]:
        """By the name under which scripts call them."""
        return {
            "gal_page": self.page,
            "gal_count": self.count,
            "gal_facets": self.facets,
            "gal_describe": self.describe,
            "gal_lineage": self.lineage,
            "gal_compare": self.compare,
            "gal_grid": self.grid,
            "gal_rate": self.rate,
            "gal_favour": self.favour,
            "gal_note": self.note,
            "gal_tag": self.tag,
            "gal_collect": self.collect,
            "gal_delete": self.delete,
            "gal_restore": self.restore,
            "gal_purge": self.purge,
            "gal_again": self.again,
        }

    # Finding

    def page(self, ask: Ask) -> Answer:
        """The next tiles; `last` is the id to go on after, "" where nothing follows."""
        limit = min(max(whole(ask, "limit") or PAGE, 1), MAX_PAGE)
        search = search_of(ask.object("search"))
        found = self._library.page(ask.viewer, search, ask.text("after"), limit)
        return {
            "tiles": [tile for record in found for tile in tiles(record, search)],
            "last": found[-1].id if len(found) == limit else "",
        }

    def count(self, ask: Ask) -> Answer:
        """How many generations and images there are; `more` where it is more than that."""
        found = self._library.count(ask.viewer, search_of(ask.object("search")))
        return {"count": int(found), "images": found.images, "more": not found.is_exact}

    def facets(self, ask: Ask) -> Answer:
        """What there is to choose from, as [value, how many]; a size is [width, height]."""
        found = self._library.facets(ask.viewer)
        return {
            "checkpoint": found.checkpoints,
            "lora": found.loras,
            "sampler": found.samplers,
            "size": found.sizes,
            "workflow": found.workflows,
            "server": found.servers,
            "tag": found.tags,
            "collection": found.collections,
            "owner": found.owners,
        }

    # Knowing

    def describe(self, ask: Ask) -> Answer:
        """Everything about one image; {id, n, gone} where it is not here for this viewer."""
        target = target_of(ask.text("id"), ask.data.get("n"))
        key = {"id": generation_of(target), "n": number_of(target)}
        record = self._library.find(target, ask.viewer)
        if record is None:
            return {**key, "gone": GONE}
        said = details.describe(record, number_of(target))
        return {**said, **key, "mine": ask.viewer.may_change(record.owner)}

    def lineage(self, ask: Ask) -> Answer:
        """Small pictures of what a generation came from, and of what came of it."""
        found = self._library.lineage(ask.text("id"), ask.viewer)
        line = pairwise((found.here, *found.parents))
        return {
            "id": ask.text("id"),
            "parents": [small(parent, used_image(child, parent)) for child, parent in line],
            "children": [small(one) for one in found.children],
        }

    def compare(self, ask: Ask) -> Answer:
        """What differs between two images, as [name, the first's, the second's]."""
        first, second = (target_in(ask.data.get(name)) for name in ("first", "second"))
        found = self._library.compare(first, second, ask.viewer)
        return {"rows": [[one.name, shown(one.first), shown(one.second)] for one in found]}

    def grid(self, ask: Ask) -> Answer:
        """The X/Y grid of a generation's press, as `ui.shell.wire.GridOf`."""
        found = self._library.grid(ask.text("id"), ask.viewer)
        cells = [cell(one) for one in found.cells]
        live = any(not record.status.is_final for one in found.cells for record in one.records)
        return {"columns": found.columns, "rows": found.rows, "cells": cells, "live": live}

    # Marking

    def rate(self, ask: Ask) -> Answer:
        """Give a rating, 0 for none."""
        return {"changed": self._library.rate(picked(ask), ask.viewer, whole(ask, "rating"))}

    def favour(self, ask: Ask) -> Answer:
        """Make favourites, or none any more."""
        wanted = ask.data.get("on") is True
        return {"changed": self._library.favour(picked(ask), ask.viewer, wanted)}

    def note(self, ask: Ask) -> Answer:
        """Keep a note."""
        said = ask.data.get("text")
        text = said if isinstance(said, str) else ""
        target = target_of(ask.text("id"), ask.data.get("n"))
        return {"changed": self._library.note(target, ask.viewer, text)}

    def tag(self, ask: Ask) -> Answer:
        """Add and take away tags."""
        add, remove = texts(ask, "add"), texts(ask, "remove")
        return {"changed": self._library.tag(picked(ask), ask.viewer, add=add, remove=remove)}

    def collect(self, ask: Ask) -> Answer:
        """Put into a collection, or take out of it."""
        wanted = ask.data.get("on") is not False
        changed = self._library.collect(picked(ask), ask.viewer, ask.text("name"), wanted)
        return {"changed": changed}

    # The bin

    def delete(self, ask: Ask) -> Answer:
        """Put into the bin; what went there."""
        return _named(self._library.delete(picked(ask), ask.viewer))

    def restore(self, ask: Ask) -> Answer:
        """Take out of the bin; what came out."""
        return _named(self._library.restore(picked(ask), ask.viewer))

    def purge(self, ask: Ask) -> Answer:
        """Remove for good what lies in the bin: what is named, or with `all` everything."""
        targets = None if ask.data.get("all") is True else picked(ask)
        freed = self._library.purge(targets, ask.viewer)
        return {"generations": freed.generations, "files": freed.files, "bytes": freed.bytes}

    # Making

    def again(self, ask: Ask) -> Answer:
        """Queue each anew, with the same seed or (`seed` "new") another; how many that were."""
        ids = list(dict.fromkeys(generation_of(target) for target in picked(ask)))
        if len(ids) > MAX_AGAIN:
            raise StudioError(f"At most {MAX_AGAIN} are run again at once: choose fewer.")
        same = ask.text("seed") != "new"
        made = self._studio.generations.create_again(ask.viewer, ids, same_seed=same)
        return {"made": [one.id for one in made]}


def picked(ask: Ask) -> list[Target]:
    """What *ask* names, each once: `images` as [id, n], and `ids` of whole generations.

    Raises StudioError for none or too many.
    """
    found: list[Target] = [*texts(ask, "ids")]
    images = ask.data.get("images")
    found += [target_in(one) for one in images] if isinstance(images, list) else []
    found = [target for target in dict.fromkeys(found) if generation_of(target)]
    if not found:
        raise StudioError("Nothing is selected.")
    if len(found) > MAX_AT_ONCE:
        raise StudioError(f"At most {MAX_AT_ONCE:,} are changed at once: select fewer.")
    return found


def target_in(value: Any) -> Target:
    """What ``[id, n]``, or a whole generation's id, names; "" for anything else."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        return target_of(value[0], value[1])
    return ""


def target_of(id_: str, n: Any) -> Target:
    """The image *n* of a generation; all of it where *n* is that of none."""
    is_number = isinstance(n, int) and not isinstance(n, bool)
    return ImageKey(id_, n) if is_number and n != NO_FILE else id_


def number_of(target: Target) -> int:
    """The number of an image, as a tile has it."""
    return NO_FILE if isinstance(target, str) else target.number


def _named(targets: Sequence[Target]) -> Answer:
    ids, images = parted(targets)
    return {"ids": ids, "images": [[one.generation, one.number] for one in images]}


def texts(ask: Ask, name: str) -> list[str]:
    """The texts in the list *name*; empty for anything else."""
    found = ask.data.get(name)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def whole(ask: Ask, name: str) -> int:
    """The whole number *name*; 0 for anything else."""
    found = ask.data.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def shown(value: Any) -> str:
    """One side of a difference in words; a seed's digits as they are."""
    if value is None or value == "":
        return "–"
    return (f"{value:g}" if isinstance(value, float) else str(value))[:MAX_DIFFERENCE_SHOWN]
