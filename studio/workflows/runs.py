"""Presets run with values by programs: once, or as many at once as the page can make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from comfy.workflow.prompts.prompts import NEGATIVE, PROMPT
from comfy.workflow.prompts.styles import Style, TooLong, styled
from comfy.workflow.request import is_random
from storage.records import Generation
from studio.access.viewer import Viewer
from studio.errors import Invalid
from studio.generate.styles import Styles
from studio.generations.generations import Generations
from studio.generations.seeds import drawn_seeds
from studio.wildcards.wildcards import Wildcards
from studio.workflows.prepared import Prepared
from studio.workflows.presets import Preset
from studio.workflows.presses.many import Many
from studio.workflows.presses.press import Grid, multiplied
from studio.workflows.workflows import Workflows

ONE = Many()
"""One generation."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was created, and how it is laid out where that is a grid."""

    made: tuple[Generation, ...]
    grid: Grid


class Runs:
    """Runs presets, whose prompts are drawn from *wildcards* and may have *styles*."""

    def __init__(
        self,
        workflows: Workflows,
        generations: Generations,
        wildcards: Wildcards,
        styles: Styles,
    ) -> None:
        self._styles = styles
        self._workflows = workflows
        self._generations = generations
        self._wildcards = wildcards

    def run(
        self,
        viewer: Viewer,
        preset: Preset,
        given: Mapping[str, Any],
        *,
        uploads: Mapping[str, str] | None = None,
        many: Many = ONE,
        random_seeds: bool = True,
        partial: bool = False,
        styles: Sequence[str] = (),
    ) -> Run:
        """Create what *many* makes of *preset* with *given* values, by field key, as the viewer's.

        *uploads* are names of kept files by field key. All other fields are as kept, but with
        *random_seeds* seeds are drawn, anew for each copy. With *partial* outputs that cannot be
        made are left out, as long as some other can. *styles* go around the prompts, but not around
        those of an axis. Raises NotReady, ExpandError, StudioError, StorageError.
        """
        prepared = self._prepared(preset, given, uploads or {})
        if self._workflows.look_again(prepared.graph, prepared.problems):
            prepared = self._prepared(preset, given, uploads or {})
        prepared = _with_styles(prepared, self._styles.chosen(viewer, styles))

        def rounds(copies: int) -> list[dict[str, int]]:
            drawn = (drawn_seeds(prepared.form) if random_seeds else {} for _ in range(copies))
            return [
                {k: s for k, s in seeds.items() if k not in given or is_random(given[k])}
                for seeds in drawn
            ]

        lists = self._wildcards.lists(viewer.owner)
        asked = multiplied(prepared, many, rounds, lists, partial=partial)
        made = self._generations.create(viewer, asked.press)
        return Run(made, asked.grid(made))

    def _prepared(
        self, preset: Preset, given: Mapping[str, Any], uploads: Mapping[str, str]
    ) -> Prepared:
        prepared = self._workflows.prepare(
            preset.name, preset.graph, {**preset.defaults, **given}, uploads, preset.looks
        )
        fields = (field for field in prepared.form.fields if not field.dynamic)
        kept = {one.key: one.value for one in fields if one.key not in prepared.given}
        return prepared.with_values(kept)


def _with_styles(prepared: Prepared, styles: Sequence[Style]) -> Prepared:
    """*prepared* with *styles* around its prompts. Raises Invalid where it has none for them."""
    if not styles:
        return prepared
    roles = {one.key: one.role for one in prepared.form.fields if one.role in (PROMPT, NEGATIVE)}
    if PROMPT not in roles.values():
        raise _wrong("This workflow has no prompt that a style could go around.")
    try:
        texts = {
            key: _styled(str(prepared.values.get(key) or ""), role, styles)
            for key, role in roles.items()
        }
    except TooLong as error:
        raise _wrong(str(error)) from error
    return prepared.with_values(texts)


def _styled(text: str, role: str, styles: Sequence[Style]) -> str:
    prompt, negative = (text, "") if role == PROMPT else ("", text)
    return styled(prompt, negative, styles)[0 if role == PROMPT else 1]


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, {"styles": sentence})
