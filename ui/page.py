"""The page: tabs joined into one Blocks, and what `launch` needs to show it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import gradio as gr

from storage.records import Generation
from studio.access.viewer import Viewer
from studio.requested import is_built_in
from studio.studio import Studio
from ui.fullview.panel import FullView
from ui.gallery.tab import GalleryTab
from ui.generate.tab import GenerateTab
from ui.notifications.panel import NotificationsPanel
from ui.queue.tab import QueueTab
from ui.shell import theme
from ui.shell.assets import telling
from ui.shell.context import FOLLOWING, QUIET, TROUBLE, Parts, aside, told
from ui.shell.header import Header
from ui.shell.lazy_gradio import no_application, note_matplotlib
from ui.stats.tab import StatsTab
from ui.workflows.tab import WorkflowsTab

CACHE_EVERY, CACHE_AGE = 3600, 86_400
"""Seconds: how often Gradio's cache of uploads is swept, and how old its files get."""
LOOK_SECONDS, PROGRESS_SECONDS = 0.01, 0.1
"""How often Gradio looks for something to do, and for progress of its own kind, which the page has
none of. Its own thousand times a second cost an idle app a twentieth of a core."""
MAX_EVENTS = 4096
"""Events running at once, watchers included; Gradio's own default of 40 would let others wait."""


def build(
    studio: Studio,
    viewer_of: Callable[[gr.Request], Viewer],
    register: Callable[[], None] = lambda: None,
) -> tuple[gr.Blocks, dict[str, Any]]:
    """The page for *studio*, and the arguments of `launch` that belong to it.

    *viewer_of* says who sent a request; *register* adds functions for programs to the page.
    """
    note_matplotlib()
    with no_application():
        return _build(Parts(studio, viewer_of), register), launch_arguments()


def _build(parts: Parts, register: Callable[[], None]) -> gr.Blocks:
    page: gr.Blocks
    with gr.Blocks(
        title="Stepglass",
        fill_width=True,
        analytics_enabled=False,
        delete_cache=(CACHE_EVERY, CACHE_AGE),
    ) as page:
        header = Header(parts)
        notifications = NotificationsPanel(parts)
        with gr.Tabs(elem_id="tabs") as tabs:
            with gr.Tab("Generate", id="generate", elem_id="tab-generate"):
                generate = GenerateTab(parts)
            with gr.Tab("Workflows", id="workflows", elem_id="tab-workflows"):
                workflows = WorkflowsTab(parts)
            with gr.Tab("Queue", id="queue", elem_id="tab-queue"):
                queue = QueueTab(parts)
            with gr.Tab("Gallery", id="gallery", elem_id="tab-gallery"):
                GalleryTab(parts)
            with gr.Tab("Stats", id="stats", elem_id="tab-stats"):
                stats = StatsTab(parts)
        full = FullView(parts)
        header.wire(page)
        notifications.wire()
        generate.wire(page)
        workflows.wire()
        generate.filling.renewed_by(header.panel.offers)
        queue.wire()
        _join(parts, tabs, generate, workflows, stats, full)
        queue.panel.open(lambda: gr.Tabs(selected="generate"), None, tabs, **QUIET)
        show = generate.stage.show
        queue.panel.open(show, None, generate.live, trigger_mode="multiple", **FOLLOWING)
        register()
    page.queue(default_concurrency_limit=None, max_size=None, api_open=False)
    page._queue.sleep_when_free = LOOK_SECONDS
    page._queue.progress_update_sleep_when_free = PROGRESS_SECONDS
    return page


def launch_arguments() -> dict[str, Any]:
    """Arguments of `Blocks.launch` that belong to the page."""
    return {
        "theme": theme.theme(),
        "head": theme.head(),
        "footer_links": [],
        "max_threads": MAX_EVENTS,
    }


def _join(
    parts: Parts,
    tabs: gr.Tabs,
    generate: GenerateTab,
    workflows: WorkflowsTab,
    stats: StatsTab,
    full: FullView,
) -> None:
    """Connect what leads from one tab to another."""
    filling = generate.filling
    skipped: list[Any] = [gr.skip()] * len(filling.outputs)

    async def use(request: gr.Request, event: gr.EventData) -> list[Any]:
        """Fill a form with the settings of the image that a script names.

        Its seed comes too, unless `how` says that a variation is wanted.
        """
        one, viewer = told(event, "id"), parts.viewer(request)
        record: Generation | None = await aside(parts.studio.generations.get, one, viewer)
        varied = told(event, "how") == "variation"
        if record is None:
            return [*skipped, gr.skip(), gr.skip()]
        if is_built_in(record):
            filled = filling.filled(record, told(event, "n"), varied=varied)
            return [*filled, gr.Tabs(selected="generate"), gr.skip()]
        opened = await aside(partial(workflows.again, record, viewer, varied=varied))
        return [*skipped, gr.Tabs(selected="workflows"), opened]

    async def start_from(request: gr.Request, event: gr.EventData) -> list[Any]:
        """Let the form start from the picture, or a video's `frame`, that a script names."""
        asked = (told(event, "id"), told(event, "n"), told(event, "frame"))
        filled = await aside(filling.from_picture, *asked, parts.viewer(request))
        return [*filled, gr.Tabs(selected="generate")]

    async def vary(request: gr.Request, event: gr.EventData) -> list[Any]:
        """Let the form vary the picture that a script names, as much as it says."""
        asked = (told(event, "id"), told(event, "n"), told(event, "act"))
        try:
            filled = await aside(filling.variation, *asked, parts.viewer(request))
        except TROUBLE as error:
            gr.Warning(str(error))
            return [*skipped, gr.skip()]
        return [*filled, gr.Tabs(selected="generate")]

    async def spans(event: gr.EventData) -> list[Any]:
        """Show the Stats tab with the waterfall of the generation that a script names."""
        return [stats.opened(told(event, "id")), gr.Tabs(selected="stats")]

    used = full.panel.use(use, None, [*filling.outputs, tabs, workflows.panel], **QUIET)
    used.then(None, js=telling("filled"), **QUIET)
    full.panel.take(start_from, None, [*filling.outputs, tabs], **QUIET)
    full.panel.vary(vary, None, [*filling.outputs, tabs], **QUIET)
    full.panel.spans(spans, None, [stats.panel, tabs], **QUIET)
