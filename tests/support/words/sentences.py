"""The sentences and words of the app's Python that a page may show, as keys of the catalogue.

Whatever looks like a sentence counts, but for what only logs, programs and the command line are
told. What varies is numbered: f"Checkpoint “{name}” is gone." is "Checkpoint “{0}” is gone."; where
it is one of two texts, both are taken.
"""

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = ("comfy", "storage", "studio", "ui", "web")
NOT_FOR_PAGES = (
    *("comfy/workflow/families/wording.py", "comfy/workflow/improving/question.py"),
    *("comfy/demo", "comfy/protocol/frames.py", "comfy/workflow/convert/__main__.py"),
    *("comfy/workflow/form/signature.py", "storage/export.py", "storage/search/query.py"),
    *("storage/transfer", "storage/engine/migrate.py", "studio/cli", "studio/settings"),
    *("studio/workflows/callable_presets.py", "web/api/description", "web/api/shapes"),
    *("web/functions", "web/health.py", "web/install.py", "web/launch.py", "web/metrics.py"),
)
"""Rooms whose sentences are for the command line, the log, language models, or whoever reads the
API's own page."""
FOR_PROGRAMS = ("web/api", "web/http")
"""Rooms whose sentences describe the API, or refuse what no page of ours sends."""
_QUIET_CALLS = {
    *("debug", "info", "warning", "error", "exception", "critical", "log"),
    *("compile", "execute", "Query", "Field", "Path", "Header", "Body", "SecretError"),
    *(
        "ValueError",
        "TypeError",
        "RuntimeError",
        "AssertionError",
        "KeyError",
        "NotImplementedError",
    ),
}
"""Calls whose texts no page shows."""
_SENTENCE = re.compile(r"[“A-Z{].*\s.*[.!?…]$", re.DOTALL)


def files() -> list[Path]:
    """The modules whose sentences may come to a page."""
    found = (p for name in PACKAGES for p in sorted((ROOT / name).rglob("*.py")))
    return [p for p in found if not p.relative_to(ROOT).as_posix().startswith(NOT_FOR_PAGES)]


def sentences(source: str) -> Iterator[str]:
    """Every text of a module's *source* that looks like a sentence."""
    return (text for text in texts(source) if _SENTENCE.match(text))


def texts(source: str) -> Iterator[str]:
    """Every text of a module's *source*, docstrings and those of quiet calls apart."""
    tree = ast.parse(source)
    docs = {
        id(node.body[n].value)
        for node in ast.walk(tree)
        if hasattr(node, "body") and isinstance(node.body, list)
        for n in range(len(node.body))
        if isinstance(node.body[n], ast.Expr)
    }
    yield from _walk(tree, docs)


def _walk(node: ast.AST, docs: set[int]) -> Iterator[str]:
    if id(node) in docs and isinstance(node, ast.Constant):
        return
    if isinstance(node, ast.Call):
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        if name in _QUIET_CALLS:
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield from _patterns(node)
        for part in node.values:  # what stands in a hole may be words, too
            if isinstance(part, ast.FormattedValue):
                yield from _walk(part.value, docs)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _walk(child, docs)


def _patterns(node: ast.JoinedStr) -> Iterator[str]:
    """The text with numbered holes; each of them, where a hole holds one of two texts."""
    parts = [
        _outcomes(part.value) if isinstance(part, ast.FormattedValue) else [str(part.value)]
        for part in node.values
        if isinstance(part, ast.FormattedValue | ast.Constant)
    ]
    for chosen in itertools.product(*parts):
        numbers = itertools.count()
        yield "".join(f"{{{next(numbers)}}}" if part is None else part for part in chosen)


def _outcomes(node: ast.expr) -> list[str | None]:
    """The texts that an expression may come to; None for what varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*_outcomes(node.body), *_outcomes(node.orelse)]
    return [None]
