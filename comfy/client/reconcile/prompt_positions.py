"""Where prompts of ours are on a server, however many others wait there.

One answer tells of the whole queue. Where that is megabytes of other people's workflows, ours are
asked for one by one, and the queue again once it is short. Of the reconciler's thread alone.
"""

from collections.abc import Collection

from comfy.client.http.api import Api
from comfy.errors import NotFound, TooLarge
from comfy.protocol.queue_listing import Queue

SHORT = 100
"""Prompts on the server below which its whole queue is asked for again."""


class Lookout:
    """Looks at one server's queue."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._is_long = False
        self._has_jobs = True

    def look(self, prompt_ids: Collection[str]) -> Queue | None:
        """The queue, at least as far as *prompt_ids* go; None where it cannot be told.

        Then a prompt that the history does not know may still wait. Raises ComfyError.
        """
        if not self._is_long:
            try:
                return self._api.queue()
            except TooLarge:
                self._is_long = True
        remaining = self._api.remaining()
        self._is_long = remaining >= SHORT
        if self._has_jobs:
            try:
                return self._one_by_one(prompt_ids, remaining)
            except NotFound:
                self._has_jobs = False  # before ComfyUI 0.6
        try:
            return self._api.queue(whole=True)
        except TooLarge:
            return None if remaining else Queue()

    def _one_by_one(self, prompt_ids: Collection[str], remaining: int) -> Queue:
        statuses = {id_: self._api.job_status(id_) for id_ in prompt_ids}
        running = tuple(id_ for id_, status in statuses.items() if status == "in_progress")
        pending = tuple(id_ for id_, status in statuses.items() if status == "pending")
        return Queue(running, pending, max(0, remaining - len(running) - len(pending)))
