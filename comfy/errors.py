"""What can go wrong with a ComfyUI server, as one tree.

ComfyError
├── Unreachable        no answer: timed out, name unknown, TLS trouble
│   ├── Refused        nobody listens at its address: nothing runs there
│   ├── HungUp         the other side ended the connection
│   └── Unanswered     the request may have arrived; only its answer did not
├── Denied             401 or 403: a login or header is missing or wrong
├── TooLarge           413, or an answer over our own limit
├── BadAnswer          an answer, but not ComfyUI's: HTML, broken JSON; it may have done as asked
│   ├── ServerFault    a 5xx: the server itself failed, or what stands before it
│   └── Conflict       409: it says that it has what was sent already
├── TurnedAway         a redirect, or a 4xx that is not ComfyUI's: ComfyUI itself did not answer
│   └── Busy           429: the same, later
├── NotFound           the thing asked for is not on the server
├── Rejected           the prompt was refused; `problems` says where and why
├── FrameError         a socket frame that cannot be understood
└── WorkflowError      a file that is no workflow

Of a prompt that was sent, only Rejected, which is ComfyUI's own word, and Unreachable without an
Unanswered are certain: the server does not have it. Whatever else answers, a proxy say, may have
passed it on.

Every message is one or two sentences fit for the person at the page: what, where, what to do.
"""

from dataclasses import dataclass


class ComfyError(Exception):
    """Any trouble with a ComfyUI server; `str()` is a sentence for the user."""


class Unreachable(ComfyError):
    """No answer came; says nothing about the prompts on the server."""


class Refused(Unreachable):
    """The machine answers that nobody listens there."""


class HungUp(Unreachable):
    """A connection was ended by the other side."""


class Unanswered(Unreachable):
    """The request was sent, or may have been, and no answer came back."""


class Denied(ComfyError):
    """The server, or a proxy before it, wants credentials."""


class TooLarge(ComfyError):
    """Something exceeds a limit: the server's upload limit, or ours on answers."""


class BadAnswer(ComfyError):
    """Something answered that does not speak as ComfyUI does."""


class ServerFault(BadAnswer):
    """The server answered with a 5xx status."""


class Conflict(BadAnswer):
    """A 409: what was sent is said to be there already."""


class TurnedAway(ComfyError):
    """Something else than ComfyUI answers: a redirect, or an odd 4xx."""


class Busy(TurnedAway):
    """The server, or a proxy before it, wants to be asked less often."""


class NotFound(ComfyError):
    """The server answers, but does not have what was asked for."""


class FrameError(ComfyError):
    """A WebSocket frame that cannot be understood; the connection goes on."""


class WorkflowError(ComfyError):
    """A file that is no workflow, or one that cannot be read."""


def is_open(error: ComfyError) -> bool:
    """Whether a server may have taken a prompt though sending it brought *error*."""
    if isinstance(error, Unreachable):
        return isinstance(error, Unanswered)
    return not isinstance(error, Rejected)


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a server refuses a prompt, or drops part of it.

    `node` is the id, `title` its name for people, `field` the input or "", `kind` ComfyUI's
    error type (``value_not_in_list``, …), `message` one sentence, `value` what was sent (as
    text), `choices` what would have been accepted, `nearest` the closest of them, or "".
    """

    kind: str
    message: str
    node: str = ""
    title: str = ""
    field: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    nearest: str = ""

    @property
    def key(self) -> str:
        """The key (``NODE.input``) of the field that it is about; "" where it is about none."""
        return f"{self.node}.{self.field}" if self.node else self.field


class Rejected(ComfyError):
    """The server refused a prompt before running any of it."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
