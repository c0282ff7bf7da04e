"""What the application itself refuses. Messages are sentences for people.

::

    StudioError      a wish that cannot be granted; says why and what to do
    ├── Absent       not here, or not the viewer's: which of both is nobody's business
    ├── ReadOnly     seen by its private link, which changes nothing
    ├── TooMany      over a limit; says after how many seconds there may be room
    ├── UploadError  an uploaded file that cannot be used
    └── NotReady     a form that cannot be run as it is (`studio.workflows.workflows`)
"""


class StudioError(Exception):
    """A wish that cannot be granted; says why and what to do."""


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
