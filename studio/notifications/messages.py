"""Messages by apprise (ntfy, Discord, Slack, mail, …), each sent by a process of its own.

So it is imported when the first is sent, and never here; what it connects to is checked there, and
it is killed when it takes too long. See `studio.notifications.messenger`.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from storage.hooks import Hook, Letter
from studio.errors import Invalid
from studio.notifications import public_rule
from studio.notifications.calls import Outcome

SECONDS = 25
"""From the start of the process until it is killed."""
MEMORY = 2 * 2**30
"""Bytes that it may map, where the system can tell it."""
MAX_ADDRESS = 2_000
MAX_LINES = 5
"""Jobs that a message names; all are counted."""
MAX_PROMPT = 120
_sending, _reading = threading.Lock(), threading.Lock()
"""One process at a time sends and one reads addresses: who adds many keeps no message waiting."""
_SCRIPT = Path(__file__).with_name("messenger.py")
_WORDS = {"finished": "Finished", "failed": "Failed", "cancelled": "Cancelled"}


def label_of(address: str) -> str:
    """What is shown of *address*, without its passwords. Raises Invalid where it is no address."""
    if not 0 < len(address) <= MAX_ADDRESS or not address.isprintable() or "://" not in address:
        raise _invalid("Give an address as apprise writes it, such as ntfys://ntfy.sh/my-topic.")
    answer = _ask({"address": address}, _reading)
    if label := answer.get("label"):
        return str(label)
    raise _invalid(str(answer.get("error") or "This address could not be read."))


def send(hook: Hook, letters: Sequence[Letter], *, allow_private: bool) -> Outcome:
    """Tell *hook* of all *letters* in one message."""
    title, body = text_of(letters)
    asked = {"address": hook.address, "title": title, "body": body, "private": allow_private}
    answer = _ask(asked, _sending)
    if answer.get("worked"):
        return Outcome(worked=True, sentence="Sent.")
    return Outcome(
        worked=False, sentence=str(answer.get("said") or answer.get("error") or "Failed.")
    )


def text_of(letters: Sequence[Letter]) -> tuple[str, str]:
    """The title and the text of one message of *letters*."""
    if letters[0].event == "test":
        return "Stepglass", str(letters[0].data["message"])
    counts: dict[str, int] = {}
    for letter in letters:
        counts[letter.event] = counts.get(letter.event, 0) + 1
    if len(letters) == 1:
        title = letters[0].event.capitalize()
    else:
        title = ", ".join(f"{count} {event}" for event, count in counts.items())
    lines = [_line(letter, several=len(counts) > 1) for letter in letters[:MAX_LINES]]
    if more := len(letters) - len(lines):
        lines.append(f"and {more} more")
    return f"Stepglass: {title}", "\n".join(lines)


def _line(letter: Letter, *, several: bool) -> str:
    data = letter.data
    prompt = " ".join(str(data["prompt"]).split()) or str(data["workflow"])
    if len(prompt) > MAX_PROMPT:
        prompt = f"{prompt[:MAX_PROMPT]}…"
    images = int(data["images"])
    what = f"{images} {'image' if images == 1 else 'images'}" if letter.event == "finished" else ""
    more = data["error"] or what or (letter.event if several else "")
    return f"{prompt}: {more}" if more else prompt


def _ask(asked: dict[str, Any], turn: threading.Lock) -> dict[str, Any]:
    """What the process answers, in its *turn*; {} where it gave no answer, or was killed."""
    if not turn.acquire(timeout=SECONDS):
        busy = "Too many messages are on their way just now: try again in a minute."
        return {"said": busy, "error": busy}
    try:
        return _answer(asked)
    finally:
        turn.release()


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    limits = {"seconds": SECONDS, "memory": MEMORY, "rule": public_rule.__file__}
    try:
        ended = subprocess.run(  # noqa: S603 - our own script, no shell
            [sys.executable, "-I", "-B", str(_SCRIPT)],
            input=json.dumps({**limits, **asked}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            env={"TZ": "UTC", "NETRC": ""},  # ours may hold passwords, and proxies
            check=False,
        )
        answer = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        return {"said": f"It was not sent within {SECONDS} seconds."}
    except (OSError, ValueError):
        return {"said": "It could not be sent."}
    return answer if isinstance(answer, dict) else {}


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, {"url": sentence})
