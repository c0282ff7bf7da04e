"""Where histories happen: one world after another, a new one where the last went wrong."""

from types import TracebackType
from typing import Self

from tests.model.machine import Model
from tests.model.world import World

HISTORIES = 100
"""In one world: its folder fills."""


class Worlds:
    """While it is open, models get their worlds from it."""

    def __init__(self) -> None:
        self.histories = 0
        self._world: World | None = None
        self._used = 0

    def __enter__(self) -> Self:
        Model.worlds, Model.spoil = self._next, self._spoil
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._drop()

    def _next(self) -> World:
        if self._used >= HISTORIES:
            self._drop()
        if self._world is None:
            self._world, self._used = World(), 0
        self.histories += 1
        self._used += 1
        return self._world

    def _spoil(self, _world: World) -> None:
        self._drop()

    def _drop(self) -> None:
        if self._world is not None:
            self._world.close()
            self._world = None
