"""What Gradio remembers of each page that is open, without what this page never asks for.

Gradio gives every session a copy of all components' settings, which only its deep links read, and
those are closed here (`web.access.gradio_routes`): 15 ms and 150 kB for each page that comes or
goes.
"""

from dataclasses import dataclass, field
from typing import Any, cast

import gradio as gr
from gradio.state_holder import SessionState, StateHolder


@dataclass(frozen=True)
class _Bare:
    """All that a new session reads of a page; no blocks, so that it copies the settings of none."""

    default_config: Any
    blocks: dict[int, Any] = field(default_factory=dict)


class Sessions(StateHolder):
    """Gradio's sessions of *demo*, each light at its birth."""

    def __init__(self, demo: gr.Blocks) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # Gradio's own
        self.set_blocks(demo)

    def texts(self) -> frozenset[str]:
        """Every text that an open page's state is, as the name of a kept upload."""
        states = [session.state_data.values() for session in list(self.session_data.values())]
        return frozenset(value for held in states for value in list(held) if isinstance(value, str))

    def __getitem__(self, session_id: str) -> SessionState:
        """The session, made where there is none yet."""
        if session_id not in self.session_data:
            bare = _Bare(self.blocks.default_config)
            self.session_data[session_id] = SessionState(cast("gr.Blocks", bare))
        return super().__getitem__(session_id)
