"""The routes of a page that runs."""

import re
from typing import Any

import gradio as gr
from starlette.routing import Mount, Route


def routes_of(page: gr.Blocks) -> list[tuple[str, str]]:
    """Every method and path that the running application answers, with parameters filled in."""
    found = []
    for path, methods in _leaves(page.app.routes, ""):
        filled = re.sub(r"\{[^}]*\}", "x", path)
        found += [(method, filled) for method in sorted(methods)]
    return sorted(set(found))


def _leaves(routes: Any, prefix: str) -> list[tuple[str, set[str]]]:
    found: list[tuple[str, set[str]]] = []
    for route in routes:
        if isinstance(route, Mount):
            found += _leaves(route.routes, prefix + route.path)
        elif isinstance(route, Route):
            found.append((prefix + route.path, set(route.methods or {"GET"})))
        else:  # FastAPI keeps an included router whole
            inner = route.original_router
            found += _leaves(inner.routes, prefix)
    return found
