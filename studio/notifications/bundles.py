"""Which letters go into one message, and when. Pure."""

from collections.abc import Collection, Mapping, Sequence

from storage.hooks import Letter

HOLD = 600.0
"""Seconds that a message waits for the rest of a press to end, and between two of one press."""


def press_of(letter: Letter) -> str:
    """The press that *letter* tells of; "" where it tells of none."""
    return str(letter.data.get("press") or "")


def bundle(
    letters: Sequence[Letter], going: Collection[str], told: Mapping[str, float], now: float
) -> list[Letter]:
    """Of *letters* those that are to be told now, in one message.

    A press that is over is told at once. Of one that is *going* all that there is, once the oldest
    of it has waited for HOLD and the press was not *told* of, by when, for as long.
    """
    oldest: dict[str, float] = {}
    for letter in letters:
        press = press_of(letter)
        oldest[press] = min(letter.happened_at, oldest.get(press, letter.happened_at))
    held = {
        press
        for press, at in oldest.items()
        if press in going and now - max(at, told.get(press, at)) <= HOLD
    }
    return [letter for letter in letters if press_of(letter) not in held]
