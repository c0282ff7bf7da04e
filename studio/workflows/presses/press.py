"""A prepared form and how many are wanted of it → the press that makes them. Pure but for seeds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from comfy.workflow.form.batch import Variant
from comfy.workflow.form.summary import summarize
from comfy.workflow.prompts.limits import Every
from comfy.workflow.prompts.lists import Lists
from storage.records import Generation
from studio.generations.new_records import NewGeneration, Press
from studio.library.grids import Place, noted
from studio.requested import TYPED
from studio.workflows.prepared import MAX_NAME, Prepared
from studio.workflows.presses.made_from import NONE, Source
from studio.workflows.presses.many import Making, Many, batch, making
from studio.workflows.presses.seeds import draws_of, given_for

Rounds = Sequence[Mapping[str, int]]
"""The seeds of each round of copies, by field key."""


@dataclass(frozen=True, slots=True)
class Grid:
    """What was made last: which generation stands where, and the labels of columns and rows."""

    ids: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Multiplied:
    """A press of one form, and how what it makes is laid out."""

    press: Press
    making: Making

    def grid(self, made: Sequence[Generation]) -> Grid:
        """Where each of the generations *made* of the press stands; empty where that is no grid.

        Of each place its first: the first copy of the first text.
        """
        columns, rows = self.making.columns, self.making.rows
        if not columns and not rows:
            return Grid()
        numbered = reversed([*enumerate(self.making.variants)])
        places = {(variant.column, variant.row): number for number, variant in numbered}
        ids = tuple(made[number].id for number in places.values())
        return Grid(ids, tuple(places), columns, rows)


def multiplied(
    prepared: Prepared,
    many: Many,
    rounds: Callable[[int], Rounds],
    lists: Lists,
    *,
    source: Source = NONE,
    partial: bool = False,
) -> Multiplied:
    """Everything that *many* makes of *prepared*, checked.

    *rounds* gives the seeds of so many rounds of copies. Prompts are drawn from *lists*, those of a
    round by its first seed.
    With *partial* outputs that cannot be made are left out, as long as some other can. Raises
    NotReady, ExpandError.
    """
    seeds = rounds(many.copies)
    asked = batch(prepared.form, prepared.given, many, lists)
    made = making(asked, draws_of(prepared.form, prepared.given, seeds))
    texts = asked.prompts.texts
    given = given_for([one.values for one in made.variants], prepared.given, seeds)
    variants = [prepared.with_values(values) for values in given]
    for variant in variants:
        variant.check(partial=partial)
    generations = tuple(
        _typed(_placed(variant.new_generation(), made, place), variant, texts, asked.every)
        for variant, place in zip(variants, made.variants, strict=True)
    )
    name, plan = prepared.name[:MAX_NAME], variants[0].plan
    press = Press(name, generations, source.parent, source.relation, plan=plan)
    return Multiplied(press, made)


def _typed(
    new: NewGeneration, variant: Prepared, texts: Mapping[str, str], every: Every
) -> NewGeneration:
    """*new* with its prompts as they were typed, *texts* by field key.

    One of many combinations asks for itself alone when it is made again.
    """
    if not texts:
        return new
    typed = summarize(variant.form, {**variant.values, **texts})
    again = {**new.request, TYPED: dict(texts)} if every is Every.NOTHING else new.request
    return replace(
        new,
        request=again,
        typed_prompt=typed.prompt,
        typed_negative_prompt=typed.negative_prompt,
    )


def _placed(new: NewGeneration, made: Making, at: Variant) -> NewGeneration:
    """*new* with its place in the grid, where that is one."""
    if not made.columns and not made.rows:
        return new
    x, y = (
        labels[number] if labels else ""
        for labels, number in ((made.columns, at.column), (made.rows, at.row))
    )
    return replace(new, request=noted(new.request, Place(at.column, at.row, x, y)))
