"""How many examples a property is tried with: a quarter while one works, all of them in .ci/run.

Every property is tried in both; only the number of its examples differs.
"""

import os

from hypothesis import settings

IS_FULL = os.environ.get("EXAMPLES") == "full"
FEWEST = 10


def examples(full: int) -> int:
    """*full*, or a quarter of it where EXAMPLES=full is not set."""
    return full if IS_FULL else max(FEWEST, full // 4)


def use_profile() -> None:
    """Let the same hold where a property names no number; no example has to be quick."""
    settings.register_profile("stepglass", max_examples=examples(100), deadline=None)
    settings.load_profile("stepglass")
