"""Improves a prompt: asks the language model, and lets nothing be lost. Off unless it is set up.

The key goes into the request's header and nowhere else. `_lock` guards who is asking.
"""

import json
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

from comfy.errors import WorkflowError
from comfy.workflow.families.family import Family
from comfy.workflow.families.wording import wording
from comfy.workflow.improving.answers import read_answer, read_error
from comfy.workflow.improving.changes import Change, changes
from comfy.workflow.improving.kept import is_kept, restored
from comfy.workflow.improving.question import MAX_PROMPT, question
from studio.access.viewer import Viewer
from studio.errors import Invalid, StudioError, TooMany
from studio.generations.token_bucket import TokenBucket
from studio.notifications.outgoing import Bounds, Reply, Undeliverable, request
from studio.settings.settings import Settings
from studio.version import VERSION

SECONDS = 60.0
"""That an answer may take."""
BOUNDS = Bounds(connect=5.0, seconds=SECONDS, answer=512 * 1024)
PER_SECOND, AT_ONCE = 0.2, 10.0
"""How often one person may ask, on average and after a pause: each answer may cost money."""
RUNNING, RUNNING_ALL = 2, 8
"""Questions under way, of one person and of all."""
MAX_PEOPLE = 1_000
MAX_NAMED = 5
NOT_SET_UP = "No language model is set up: --improve-url and --improve-model name one."
SPOILED = (
    "The language model spoiled LoRAs, wildcards, choices or weights so that they could not be put "
    "back: the prompt stays as it is. Try again."
)


@dataclass(frozen=True, slots=True)
class Improved:
    """A better `prompt`, the `changes` that make it, and `notes`: sentences on what was mended."""

    prompt: str
    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()


class Improver:
    """Asks what *settings* name."""

    def __init__(self, settings: Settings, bounds: Bounds = BOUNDS) -> None:
        self._settings = settings
        self._bounds = bounds
        self._lock = threading.Lock()
        self._asking: Counter[str] = Counter()
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    @property
    def is_on(self) -> bool:
        """Whether it is set up."""
        return self._settings.improves

    def improve(self, viewer: Viewer, prompt: str, family: Family | None) -> Improved:
        """A better *prompt* for a model of *family*. Blocks for up to a minute.

        Raises StudioError with a sentence: of these Invalid where the prompt cannot be improved,
        TooMany where the viewer has to wait.
        """
        if not self.is_on:
            raise StudioError(NOT_SET_UP)
        if not prompt.strip():
            raise _invalid("Write a prompt first.")
        if len(prompt) > MAX_PROMPT:
            raise _invalid(f"A prompt of over {MAX_PROMPT:,} characters cannot be improved.")
        with self._turn(viewer):
            reply = self._ask(question(prompt, wording(family), self._settings.improve_model))
        try:
            answer = read_answer(self._checked(reply), lines="\n" in prompt.strip())
        except WorkflowError as error:
            raise StudioError(str(error)) from error
        found = restored(prompt, answer)
        if not is_kept(prompt, found.text):
            raise StudioError(SPOILED)
        notes = (
            *(f"This came back changed, or not at all: {one}" for one in found.lost[:MAX_NAMED]),
            *(f"This was made up, and is left out: {one}" for one in found.made_up[:MAX_NAMED]),
        )
        return Improved(found.text, changes(prompt, found.text), notes)

    def _ask(self, body: dict[str, object]) -> Reply:
        headers = {"Content-Type": "application/json", "User-Agent": f"Stepglass/{VERSION}"}
        if key := self._settings.improve_key.get_secret_value():
            headers["Authorization"] = f"Bearer {key}"
        data = json.dumps(body).encode()
        url = self._settings.improve_url
        try:
            # Whoever runs Stepglass has named this address, so it may be of their own network.
            return request("POST", url, headers, data, allow_private=True, bounds=self._bounds)
        except Undeliverable as error:
            raise StudioError(f"The language model did not answer. {error}") from error
        except StudioError as error:
            raise StudioError(f"The language model cannot be reached. {error}") from error

    def _checked(self, reply: Reply) -> bytes:
        """The body of a *reply* that means well. Raises StudioError."""
        status = reply.status
        if status == HTTPStatus.OK:
            return reply.body
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise StudioError(
                f"The language model's server refuses the key ({status}): check --improve-key."
            )
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise StudioError("The language model is busy, or its quota is used up (429).")
        if 300 <= status < 400:
            raise StudioError("The language model's address leads elsewhere: check --improve-url.")
        said = read_error(reply.body, self._settings.improve_key.get_secret_value())
        raise StudioError(f"The language model's server answered {status}. {said}".strip())

    @contextmanager
    def _turn(self, viewer: Viewer) -> Iterator[None]:
        """Let *viewer* ask, or say how long they have to wait."""
        owner = viewer.owner
        with self._lock:
            if self._asking[owner] >= RUNNING or self._asking.total() >= RUNNING_ALL:
                raise TooMany("Another prompt is being improved: wait for its end.", 5.0)
            bucket = self._buckets.pop(owner, None) or TokenBucket(PER_SECOND, AT_ONCE)
            self._buckets[owner] = bucket
            while len(self._buckets) > MAX_PEOPLE:
                self._buckets.popitem(last=False)
            if wait := bucket.take(time.monotonic()):
                raise TooMany(f"That was often: try again in {wait:.0f} seconds.", wait)
            self._asking[owner] += 1
        try:
            yield
        finally:
            with self._lock:
                self._asking[owner] -= 1
                self._asking += Counter()  # drops those at 0


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, {"prompt": sentence})
