"""The form filled at once, by something that was pressed, and given back as it was."""

from collections.abc import Mapping
from typing import Any

from comfy.workflow.families.sizes import family_in
from studio.access.viewer import Viewer
from ui.generate.choosing import family_of_line
from ui.generate.family_values import moved
from ui.generate.handlers import Filling
from ui.generate.layout import Fields, named
from ui.generate.request_fields import FIELDS
from ui.shell.context import Parts

Before = tuple[dict[str, Any], Any]
"""What the form held, its image and family among it, and what it was made from."""


class Refill:
    """What handlers need that set the whole form, and can take that back."""

    def __init__(self, parts: Parts, fields: Fields, filling: Filling) -> None:
        self._parts = parts
        self._fields = fields
        self._filling = filling

    @property
    def inputs(self) -> list[Any]:
        """What `held` reads."""
        return [self._fields.model, *self._fields.values]

    @property
    def outputs(self) -> list[Any]:
        """What `updates` and `back` set."""
        return self._filling.outputs

    def held(self, model: Any, values: tuple[Any, ...]) -> Before:
        """What the form holds, of the *values* of `inputs`."""
        fields, image = named(values)
        known = fields | {"image": image, "family": family_of_line(model).name}
        return known, values[len(FIELDS) + 1]

    def of_model(self, name: str, before: Mapping[str, Any], viewer: Viewer) -> dict[str, Any]:
        """What another model brings along: its family, and what is usual for it."""
        known = family_in(before)
        family = self._parts.studio.models.told(viewer, name, look=True).family
        return {**moved(before, known, family or known), "family": family.name if family else ""}

    def updates(self, values: Mapping[str, Any]) -> dict[Any, Any]:
        """Updates that let the form hold *values*."""
        updates = self._filling.updates(dict(values))
        return dict(zip(self._filling.outputs, updates, strict=True))

    def back(self, before: Before) -> dict[Any, Any]:
        """Updates that let the form hold what it held *before*."""
        held, source = before
        return {**self.updates(held), self._fields.source: source}
