"""What a program that names no model gets: what its owner used last, else the server's first."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage.records import Generation
from storage.store import Store
from studio.errors import StudioError
from studio.requested import is_built_in
from studio.servers.catalogues import Catalogues, Choices

LOOK_BACK = 50
"""Generations among which the last used model is looked for."""
NAMED, LAST_USED, FIRST = "named", "lastUsed", "server"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A model and why it was taken: LAST_USED by the owner, or FIRST that the server has."""

    name: str
    why: str


class Defaults:
    """Chooses from the records and from what servers offer."""

    def __init__(self, store: Store, catalogues: Catalogues) -> None:
        self._store = store
        self._catalogues = catalogues

    def checkpoint(self, owner: str) -> Checkpoint:
        """The model for a request that names none. Raises StudioError where there is none."""
        past = self._store.generations.page(owner=owner, limit=LOOK_BACK)
        return usual_checkpoint(past, self._catalogues.choices())


def usual_checkpoint(past: Iterable[Generation], choices: Choices) -> Checkpoint:
    """The model used last of *past*, newest first, that is still there, else the first there is.

    Raises StudioError with a sentence.
    """
    for record in past:
        is_there = record.checkpoint in choices.models if choices.loaded else True
        if record.checkpoint and is_there and is_built_in(record):
            return Checkpoint(record.checkpoint, LAST_USED)
    if choices.models:
        return Checkpoint(choices.models[0], FIRST)
    if choices.loaded:
        raise StudioError(
            "The server has no model: put one into its models/checkpoints or "
            "models/diffusion_models."
        )
    raise StudioError(
        "No server has said yet which models it has: name one, or try again in a moment."
    )
