"""A live panel on a page, and following: whoever looks may come late, leave and come back."""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from functools import partial
from typing import Any

import gradio as gr

from comfy import clock
from studio.access.viewer import Viewer
from studio.generations.follow import Pace
from studio.snapshot import Snapshot
from ui.live import cancelling
from ui.live import panel as live
from ui.live.cancelling import Offer
from ui.shell.context import FOLLOWING, QUIET, TROUBLE, Parts, aside, told
from ui.shell.turns import Turns

Update = dict[str, Any]

ONLY_LOOKING = "Shared with you: view only."


class Stage:
    """The panel `live`, with the handlers that fill it. *turns* are this panel's alone."""

    def __init__(self, parts: Parts, turns: Turns, name: str = "live", **props: Any) -> None:
        self._parts = parts
        self._studio = parts.studio
        self.turns = turns
        self.live = live.component(name, **props)
        # A script names the job to cancel; nothing of this is on the page.
        self._job = gr.Textbox(visible=False)
        self._shown = f"() => document.querySelector('#{name} .live')?.dataset.shown ?? ''"

    def wire(self) -> None:
        """Connect the events of the panel itself."""
        self.live.attach(self.attach, None, self.live, trigger_mode="multiple", **FOLLOWING)
        self.live.go_on(self.go_on, None, self.live, trigger_mode="multiple", **QUIET)
        self.live.rest(self.rest, None, self.live, trigger_mode="multiple", **FOLLOWING)
        self.live.undo(self.undo, None, self.live, trigger_mode="multiple", **FOLLOWING)
        self.live.again(self.again, None, self.live, trigger_mode="multiple", **FOLLOWING)

    def cancels(self, event: Any) -> None:
        """Let *event* cancel what is shown."""
        event(self.cancel, self._job, self.live, js=self._shown, queue=False, **FOLLOWING)

    async def go_on(self, request: gr.Request, event: gr.EventData) -> Update:
        """Let what waits go: release it where it is held, resume the queue where that is paused."""
        id_, viewer, queue = told(event, "id"), self._parts.viewer(request), self._studio.queue
        try:
            record = await aside(self._studio.generations.get, id_, viewer)
            if record and record.held:
                await aside(partial(queue.hold, id_, viewer, held=False))
            else:
                await aside(queue.resume, viewer)
        except TROUBLE as error:
            return live.refusal("", str(error), self.turns.number())
        return dict(gr.skip())

    async def again(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """Run what is over anew, with the same seed or another, and follow that."""
        same_seed = told(event, "seed") == "same"
        create = partial(self._studio.generations.create_again, same_seed=same_seed)
        try:
            (made,) = await aside(create, self._parts.viewer(request), [told(event, "id")])
        except TROUBLE as error:
            yield live.refusal("", str(error), self.turns.number())
            return
        async for update in self.follow(request, [made.id]):
            yield update

    async def attach(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """Take up the thread after a reload or a lost connection."""
        viewer = self._parts.viewer(request)
        job = told(event, "job") or str(request.query_params.get("job") or "")
        ids = await aside(self._ids_to_show, job, viewer)
        if not ids:
            yield {"missing": self.turns.number()} if job else gr.skip()
            return
        async for update in self.follow(request, ids):
            yield update

    async def show(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """Show one generation that was chosen elsewhere, in place of what was shown."""
        self.turns.leave(str(request.session_hash))
        job, viewer = told(event, "job"), self._parts.viewer(request)
        if await aside(self._studio.generations.get, job, viewer) is None:
            yield {"missing": self.turns.number()}
            return
        async for update in self.follow(request, [job]):
            yield update

    async def follow(self, request: gr.Request, ids: Sequence[str]) -> AsyncIterator[Update]:
        """Yield what the panel shows of *ids*, until all are over."""
        turn = self.turns.take(str(request.session_hash), ids)
        viewer = self._parts.viewer(request)
        number, several = 0, len(self._studio.servers) > 1
        following = self._studio.generations.follow(turn, viewer, Pace())
        async with contextlib.aclosing(following) as changes:
            async for snapshots in changes:
                number += 1
                shown = live.value(
                    snapshots,
                    turn=turn.number,
                    number=number,
                    now=clock.now(),
                    text=self._parts.previews,
                    several=several,
                )
                yield self._addressed(shown, snapshots, viewer)
        if turn.over:
            # Gradio sends a generator's last value once more when it ends: let that be nothing.
            yield gr.skip()

    def _addressed(self, shown: Update, snapshots: Sequence[Snapshot], viewer: Viewer) -> Update:
        """*shown* with what only its owner gets: that it can be changed, and its private link."""
        own = {s.record.id: s.record for s in snapshots if viewer.may_change(s.record.owner)}
        if record := own.get(shown["id"]):
            return {**shown, "mine": True, "private": self._parts.link(record, viewer)}
        return {**shown, "mine": bool(own), "notes": [*shown["notes"], ONLY_LOOKING]}

    def _ids_to_show(self, job: str, viewer: Viewer) -> Sequence[str]:
        """The generations of the press that *job* belongs to.

        Else of the viewer's latest that is live, or of the latest that finished.
        """
        generations = self._studio.generations
        if not job:
            latest = generations.latest_live(viewer) or generations.latest_finished(viewer)
            job = latest.id if latest else ""
        return generations.press(job, viewer) if job else ()

    async def cancel(self, shown: str, request: gr.Request) -> Update:
        """Cancel what runs of the press that is shown, and offer the rest."""
        return await self._offer(partial(cancelling.cancel, id_=shown), request)

    async def rest(self, request: gr.Request, event: gr.EventData) -> Update:
        """Cancel what is left of a press."""
        return await self._offer(partial(cancelling.cancel_rest, id_=told(event, "id")), request)

    async def undo(self, request: gr.Request, event: gr.EventData) -> AsyncIterator[Update]:
        """Put back what had only waited, and follow its press again."""
        press, ids = told(event, "id"), told(event, "ids").split()
        yield await self._offer(partial(cancelling.undo, ids=ids, press=press), request)
        group = await aside(self._ids_to_show, press, self._parts.viewer(request))
        async for update in self.follow(request, group):
            yield update

    async def _offer(self, act: Callable[..., Offer], request: gr.Request) -> Update:
        viewer, number = self._parts.viewer(request), self.turns.number()
        try:
            offer: Offer = await aside(partial(act, self._studio.cancels, viewer=viewer))
            record = await aside(self._studio.generations.get, offer.press, viewer)
        except TROUBLE as error:
            return live.refusal("", str(error), number)
        return offer.value(number, record.group if record else "")
