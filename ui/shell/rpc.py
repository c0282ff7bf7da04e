"""Functions that a component's script calls, answered with JSON and never with a traceback."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr

from studio.access.viewer import Viewer
from ui.shell.context import TROUBLE, Parts

log = logging.getLogger(__name__)

MAX_TOLD = 4_000
"""Characters of one text that a script says beside a form's values."""
UNEXPECTED = "That did not work, and it is not your doing: the app's own log says more."

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """What a script asks: JSON, of any shape, and who sent it."""

    data: Mapping[str, Any]
    viewer: Viewer

    def text(self, name: str) -> str:
        """The text *name*; "" for anything else."""
        found = self.data.get(name)
        return found[:MAX_TOLD] if isinstance(found, str) else ""

    def object(self, name: str) -> dict[str, Any]:
        """The JSON object *name*; empty for anything else."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}


def remote(
    parts: Parts, name: str, answer: Callable[[Ask], Answer]
) -> Callable[[Any, gr.Request], Answer]:
    """A function for `gr.HTML(server_functions=…)`, called *name* by scripts."""

    def call(data: Any, request: gr.Request) -> Answer:
        try:
            asked = data if isinstance(data, dict) else {}
            return answer(Ask(asked, parts.viewer(request)))
        except TROUBLE as error:
            return {"error": str(error)}
        except Exception:
            # Whatever was sent, the page gets a sentence.
            log.exception("%s could not be answered", name)
            return {"error": UNEXPECTED}

    call.__name__ = name
    return call
