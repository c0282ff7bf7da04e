"""The hooks' API: where one is told of one's jobs, and trying that."""

from typing import Annotated, NotRequired

from pydantic import Field
from starlette.routing import BaseRoute
from typing_extensions import TypedDict

from studio.notifications.hooks import EVENTS, MESSAGE, WEBHOOK, Hook
from studio.studio import Studio
from web.api.shapes.bodies import Body, Text, Texts
from web.http.fields import says
from web.http.router import Caller, Router

ONE = "/api/hooks/{id}"


class NewHook(Body):
    """Where to be told, and of what."""

    url: Text = Field(description="The web address that is called, or one as apprise writes it.")
    kind: Text = Field(
        default=WEBHOOK,
        description=f"`{WEBHOOK}`, called with JSON, or `{MESSAGE}`, written to by apprise.",
    )
    events: Texts = Field(
        default_factory=list,
        description=f"Any of {', '.join(EVENTS)}. Without any, a webhook is told of all, a message "
        "of ends.",
    )


class HookShape(TypedDict):
    """A hook, and how it did last."""

    id: Annotated[str, says("Its id.")]
    kind: Annotated[str, says("`webhook` or `message`.")]
    url: Annotated[str, says("Where it leads; of a message's, without its passwords.")]
    events: Annotated[list[str], says("What it is told of.")]
    createdAt: Annotated[float, says("When it was added, epoch seconds.")]
    triedAt: Annotated[float | None, says("When something was last sent there; null before.")]
    worked: Annotated[bool, says("Whether that arrived.")]
    result: Annotated[str, says("How that went, in a sentence.")]
    dropped: Annotated[int, says("Events that it was never told of: too old, too many, refused.")]
    secret: NotRequired[Annotated[str, says("What signs its calls; told as it is added, once.")]]


class HookList(TypedDict):
    """All of one's own."""

    hooks: Annotated[list[HookShape], says("The oldest first.")]


class Removed(TypedDict):
    """What was removed."""

    removed: Annotated[str, says("Its id.")]


class Tried(TypedDict):
    """How a test went."""

    worked: Annotated[bool, says("Whether it arrived.")]
    result: Annotated[str, says("How it went, in a sentence.")]


class HooksApi:
    """The routes over *studio*'s hooks; everybody sees and changes their own."""

    def __init__(self, studio: Studio) -> None:
        self._hooks = studio.hooks

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        routes = Router("Notifications")
        routes.get("/api/hooks", self.list_hooks)
        routes.post("/api/hooks", self.add_hook, status=201, says_no=(409,))
        routes.add("DELETE", ONE, self.remove_hook)
        routes.post(f"{ONE}/test", self.test_hook)
        return [*routes.routes]

    def list_hooks(self, viewer: Caller) -> HookList:
        """List one's own hooks, with how each did last."""
        return {"hooks": [_shape(hook) for hook in self._hooks.of(viewer)]}

    def add_hook(self, asked: NewHook, viewer: Caller) -> HookShape:
        """Add one; a webhook's answer holds the secret that signs its calls."""
        hook = self._hooks.add(viewer, asked.url, asked.events, asked.kind)
        shape = _shape(hook)
        if hook.secret:
            shape["secret"] = hook.secret
        return shape

    def remove_hook(self, id: str, viewer: Caller) -> Removed:  # noqa: A002 # the path's name
        """Remove one, with what was still to be told there."""
        self._hooks.remove(viewer, id)
        return {"removed": id}

    def test_hook(self, id: str, viewer: Caller) -> Tried:  # noqa: A002 # the path's name
        """Call one, or write to it, now, with an event `test`."""
        outcome = self._hooks.test(viewer, id)
        return {"worked": outcome.worked, "result": outcome.sentence}


def _shape(hook: Hook) -> HookShape:
    return {
        "id": hook.id,
        "kind": hook.kind,
        "url": hook.label,
        "events": list(hook.events),
        "createdAt": hook.created_at,
        "triedAt": hook.tried_at,
        "worked": hook.worked,
        "result": hook.result,
        "dropped": hook.dropped,
    }
