"""One call of a webhook: what it says, how that is signed, and what the answer means."""

import json
import time
from dataclasses import dataclass

from storage.hooks import Hook, Letter
from studio.errors import StudioError
from studio.notifications.outgoing import post
from studio.notifications.signing import HEADER, signature
from studio.version import VERSION

AGAIN_ANYWAY = frozenset({408, 425, 429})
"""Statuses of refusals that may pass."""
GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it was taken, and a sentence. What is `refused` will hardly be taken later."""

    worked: bool
    sentence: str
    refused: bool = False
    gone: bool = False


def call(hook: Hook, letter: Letter, *, allow_private: bool) -> Outcome:
    """Tell *hook*, a webhook, of *letter*."""
    body = body_of(letter)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"Stepglass/{VERSION}",
        "Stepglass-Event": letter.event,
        "Stepglass-Event-Id": letter.id,
        HEADER: signature(hook.secret, int(time.time()), body),
    }
    try:
        status = post(hook.address, body, headers, allow_private=allow_private)
    except StudioError as error:
        return Outcome(worked=False, sentence=str(error))
    return outcome_of(status)


def body_of(letter: Letter) -> bytes:
    """The JSON that is sent, the same at each try. Times are epoch seconds."""
    told = {"id": letter.id, "event": letter.event, "at": letter.happened_at, "data": letter.data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def outcome_of(status: int) -> Outcome:
    """What an answer's *status* means."""
    if 200 <= status < 300:
        return Outcome(worked=True, sentence=f"Delivered (HTTP {status}).")
    if 300 <= status < 400:
        sentence = f"It answered with a redirect (HTTP {status}), which is not followed."
        return Outcome(worked=False, sentence=sentence, refused=True)
    refused = 400 <= status < 500 and status not in AGAIN_ANYWAY
    sentence = f"It answered HTTP {status}."
    return Outcome(worked=False, sentence=sentence, refused=refused, gone=status == GONE)
