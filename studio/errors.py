"""What the application itself refuses. Messages are sentences for people.

::

    StudioError      a wish that cannot be granted as things stand; says why and what to do
    ├── Invalid      what was given cannot be used, whenever it is asked; `fields` say what of it
    │   └── NotReady     a form that cannot be run as it is
    ├── Absent       not here, or not the viewer's: which of both is nobody's business
    ├── ReadOnly     seen by its private link, which changes nothing
    ├── TooMany      over a limit; says after how many seconds there may be room
    └── UploadError  an uploaded file that cannot be used

`web.http.refusal` has the status that each is answered with.
"""

from collections.abc import Mapping, Sequence

from comfy.errors import Problem


class StudioError(Exception):
    """A wish that cannot be granted as things stand; says why and what to do."""


class Invalid(StudioError):
    """What was given cannot be used; `fields` are sentences by the name of what is wrong."""

    def __init__(self, sentence: str, fields: Mapping[str, str]) -> None:
        super().__init__(sentence)
        self.fields = dict(fields)


class NotReady(Invalid):
    """A form cannot be run as it is; `problems` say why, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        sentence = problems[0].message + more
        super().__init__(sentence, {problem.key: problem.message for problem in problems})
        self.problems = tuple(problems)


class Absent(StudioError):
    """There is no such thing, or it is somebody else's: the one wording for both."""

    def __init__(self, what: str = "generation") -> None:
        super().__init__(f"This {what} is not here, or not yours.")


class ReadOnly(StudioError):
    """A generation that is seen by its private link alone."""

    def __init__(self) -> None:
        super().__init__("A private link shows a generation, but cannot change it.")


class TooMany(StudioError):
    """A limit is reached; `retry_after` are seconds after which asking again makes sense."""

    def __init__(self, sentence: str, retry_after: float) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class UploadError(StudioError):
    """An uploaded file that cannot be used."""
