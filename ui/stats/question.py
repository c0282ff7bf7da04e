"""What the tab's script asks, read from untrusted JSON. Pure."""

from dataclasses import dataclass
from typing import Any

from studio.access.viewer import scope
from ui.shell.rpc import Ask

PERIODS = {"7 days": 7, "30 days": 30, "90 days": 90, "1 year": 365, "All time": 0}
USUAL_DAYS = 30
UNITS = ("day", "week", "month")
GROUPS = ("checkpoint", "size", "sampler", "server")
MAX_OFFSET = 14 * 3600
"""Seconds; no place on Earth is further from UTC."""
MAX_STEPS = 10_000
MAX_SIDE = 16_384


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose generations of which period: `owner` None for everybody's, `days` 0 for all time.

    `offset` is the page's clock, in seconds east of UTC.
    """

    owner: str | None
    days: int = USUAL_DAYS
    offset: int = 0

    @property
    def scope(self) -> dict[str, Any]:
        """The arguments that every question of `storage.statistics` takes."""
        return {"owner": self.owner, "days": self.days}


@dataclass(frozen=True, slots=True)
class Series:
    """Generations alike enough to be compared."""

    checkpoint: str = ""
    width: int = 0
    height: int = 0
    server: str = ""


def asked(ask: Ask) -> Asked:
    """Read the period and the clock; what is odd becomes the usual."""
    days = whole(ask, "days", 0, 10**6, USUAL_DAYS)
    return Asked(
        scope(ask.viewer),
        days if days in PERIODS.values() else USUAL_DAYS,
        whole(ask, "offset", -MAX_OFFSET, MAX_OFFSET, 0),
    )


def unit(ask: Ask) -> str:
    """Day, week or month; "" where the page has no wish."""
    return ask.text("unit") if ask.text("unit") in UNITS else ""


def groups(ask: Ask) -> tuple[str, ...]:
    """By what speed is told apart, in their order; checkpoint and size unless asked."""
    wanted = ask.data.get("by")
    found = tuple(g for g in GROUPS if isinstance(wanted, list) and g in wanted)
    return found or ("checkpoint", "size")


def series(ask: Ask) -> Series:
    """Which generations a trend or a forecast is of."""
    wanted = Ask(ask.object("series"), ask.viewer)
    return Series(
        wanted.text("checkpoint"),
        whole(wanted, "width", 0, MAX_SIDE, 0),
        whole(wanted, "height", 0, MAX_SIDE, 0),
        wanted.text("server"),
    )


def whole(ask: Ask, name: str, least: int, most: int, usual: int) -> int:
    """The whole number *name*; *usual* for anything else."""
    found = ask.data.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
        return usual
    return found
