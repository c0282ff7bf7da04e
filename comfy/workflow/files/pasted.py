"""A text that was put where prompts are typed → what it says of how an image was made. Pure.

It is read as the same text in a file is, but more is asked of it: prompts have colons and commas.
"""

import re

from comfy.workflow.files.found import Found
from comfy.workflow.files.programs.settings import Settings
from comfy.workflow.files.texts import read_texts

MAX_PASTED = 8_000_000
"""Characters that are looked at; the largest workflows have fewer."""
_KEY = "usercomment"
"""Under what a file would have it: any program's text may stand there."""
_NEGATIVE = re.compile(r"^[ \t]*Negative prompt:", re.MULTILINE)


def read_pasted(text: str) -> Found:
    """What *text* says; nothing where it is a prompt like any other. Never raises."""
    if len(text) > MAX_PASTED:
        return Found()
    found = read_texts([(_KEY, text.strip().lstrip("\ufeff"))])
    if found.settings and found.settings.program == "A1111" and not _is_sure(found.settings, text):
        return Found()
    return found


def _is_sure(settings: Settings, text: str) -> bool:
    """Whether A1111's program wrote *text*: steps with more about them, or a negative prompt."""
    beside = (
        settings.sampler or settings.unknown_sampler or settings.checkpoint,
        settings.cfg is not None,
        settings.seed is not None,
        settings.width is not None,
    )
    return bool(settings.steps and any(beside)) or bool(_NEGATIVE.search(text))
