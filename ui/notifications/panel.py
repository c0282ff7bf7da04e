"""News for the page's scripts, and the dialog in which people say how they want to be told."""

import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import gradio as gr

from studio.notifications.news import Report
from ui.notifications.hook_actions import HookAnswers
from ui.notifications.missed_answers import missed
from ui.shell.assets import asset, mounted
from ui.shell.context import FOLLOWING, Parts, told
from ui.shell.rpc import Answer, Ask, remote
from ui.shell.turns import Turns
from ui.shell.wire import News

Update = dict[str, Any]


class NotificationsPanel:
    """The dialog's component and its handler.

    Its script triggers `news` with {since, seen}, epoch seconds as text.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._turns = Turns()
        functions: dict[str, Callable[[Ask], Answer]] = {
            **HookAnswers(parts).functions,
            "nt_missed": partial(missed, parts.studio.news),
        }
        self.panel = gr.HTML(
            value={},
            html_template=asset("notifications/notifications.html"),
            js_on_load=mounted("notifications/notifications.js", "news"),
            elem_id="notifications",
            apply_default_css=False,
            server_functions=[remote(parts, name, answer) for name, answer in functions.items()],
        )

    def wire(self) -> None:
        """Connect the events."""
        self.panel.news(self.news, None, self.panel, trigger_mode="multiple", **FOLLOWING)

    async def news(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """What is live and what ended, then again at each change, until nothing is live."""
        viewer = self._parts.viewer(request)
        turn = self._turns.take(str(request.session_hash), ())
        since, seen = moment(told(event, "since")), moment(told(event, "seen"))
        number = 0
        watched = self._parts.studio.news.watch(viewer, since, seen)
        async with contextlib.aclosing(watched) as reports:
            async for report in reports:
                number += 1
                if turn.over:
                    break
                yield dict(value(report, (turn.number, number)))
        # Gradio sends a generator's last value once more when it ends: let that be nothing.
        yield gr.skip()


def moment(text: str) -> float:
    """Epoch seconds as a script says them; 0 for what is none."""
    try:
        found = float(text)
    except ValueError:
        return 0.0
    return found if 0.0 <= found < float("inf") else 0.0


def value(report: Report, order: tuple[int, int]) -> News:
    """What the scripts get; *order* numbers the values that a page receives."""
    return {
        "order": order,
        "now": report.at,
        "live": report.live,
        "presses": [
            {
                "press": press.id,
                "at": press.at,
                "over": press.id not in report.going,
                "finished": press.finished,
                "failed": press.failed,
                "cancelled": press.cancelled,
                "images": press.images,
                "fresh": press.fresh,
            }
            for press in report.presses
        ],
    }
