"""Texts as ComfyUI's page sends them: without comments, and choices of one resolved. Pure.

After ``processDynamicPrompt`` in ComfyUI's page, which also picks one of several options
(``{a|b}``) at random; here these stay, to be multiplied or picked by `comfy.workflow.form.batch`.
"""

import re

MAX_BRACES = 200
"""More are no prompt; the text stays as it is."""
_LINE_END = re.compile(r"[\n\r\u2028\u2029]")
_ESCAPED = re.compile(r"\\([{}|])")


def as_sent(text: str) -> str:
    """Return *text* without ``/* … */`` and ``// …``, and with ``{one option}`` unwrapped."""
    text = without_comments(text)
    if text.count("{") > MAX_BRACES or ("|" in text and _ESCAPED.search(text)):
        return text  # unescaped, it could pass for a choice
    resolved = _resolve(text)
    return text if resolved is None else resolved


def without_comments(text: str) -> str:
    """Remove C-like comments; one that is never closed is none."""
    kept, at, last_end = [], 0, text.rfind("*/")
    while (start := text.find("/", at)) >= 0:
        kept.append(text[at:start])
        mark = text[start : start + 2]
        if mark == "//":
            end = _LINE_END.search(text, start)
            at = end.start() if end else len(text)
        elif mark == "/*" and last_end >= start + 2:
            at = text.index("*/", start + 2) + 2
        else:
            kept.append("/")
            at = start + 1
    return "".join([*kept, text[at:]])


def _resolve(text: str) -> str | None:
    """*text* with every choice taken, or None where one is between several."""
    parts, at = [], 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\\":
            parts.append("\\" + text[at : at + 1])
            at += 1
        elif character == "{":
            inside, at = _block(text, at)
            taken = None if inside is None else _resolve(without_comments(inside))
            if taken is None:
                return None
            parts.append(taken)
        else:
            parts.append(character)
    return _ESCAPED.sub(r"\1", "".join(parts))


def _block(text: str, at: int) -> tuple[str | None, int]:
    """The inside of the braces that open before *at*, and where they end; None if it has ``|``."""
    start, depth = at, 0
    while at < len(text):
        character = text[at]
        at += 1
        if character == "\\":
            at += 1
        elif character == "{":
            depth += 1
        elif character == "}":
            if not depth:
                return text[start : at - 1], at
            depth -= 1
        elif character == "|" and not depth:
            return None, at
    return text[start:], at
