"""What the application itself refuses. Messages are sentences for people."""


class StudioError(Exception):
    """A wish that cannot be granted; says why and what to do."""


class UploadError(StudioError):
    """An uploaded file that cannot be used."""
