"""Which language a browser is answered in: the one chosen here, else its own, else English."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from starlette.requests import Request

COOKIE = "stepglass_language"
"""Set by ui/words/switch.js; a cookie, so that the login page follows it, too."""
LANGUAGE_KEY = "stepglass.language"
"""Where a request's scope holds its `Language`."""
MAX_LISTED = 20
"""Languages of a browser that are looked at."""


@dataclass(frozen=True, slots=True)
class Language:
    """One of the page's: its code, its texts by the English ones, and its script's address."""

    code: str
    texts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    script: str = ""

    def say(self, text: str, **values: object) -> str:
        """The English *text* in this language, with *values* in its holes."""
        entry = self.texts.get(text, text)
        found = entry if isinstance(entry, str) else str(entry["other"])
        return found.format(**values) if values else found


ENGLISH = Language("en")


def choose(request: Request, offered: Mapping[str, Language]) -> Language:
    """The language for *request*: what its cookie names, else the first of the browser's."""
    chosen = request.cookies.get(COOKIE, "")
    named = [chosen] if chosen in offered or chosen == "en" else _listed(request)
    codes = (_code(tag, offered) for tag in named)
    code = next((code for code in codes if code), "en")
    return offered.get(code, ENGLISH)


def spoken(request: Request) -> Language:
    """The language that was chosen for *request*."""
    found = request.scope.get(LANGUAGE_KEY, ENGLISH)
    return found if isinstance(found, Language) else ENGLISH


def _listed(request: Request) -> list[str]:
    """The browser's languages, the dearest first: ``de-AT,de;q=0.9,en;q=0.5``."""
    weighed = []
    for part in request.headers.get("accept-language", "").split(",")[:MAX_LISTED]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(weighed, key=lambda one: one[0])]


def _code(tag: str, offered: Mapping[str, Language]) -> str:
    """The code of *offered*, or English's, that *tag* asks for; "" for none.

    Chinese in traditional characters is another script: whoever reads that gets the next.
    """
    parts = tag.lower().split("-")
    traditional = {"hant", "tw", "hk", "mo"} & set(parts) and "hans" not in parts
    if parts[0] == "zh" and traditional:
        return ""
    of_base = {code.split("-")[0]: code for code in ("en", *offered)}
    return of_base.get(parts[0], "")
