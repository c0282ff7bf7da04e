"""Who may have servers fetch files and install packages."""

from studio.access.viewer import ACCOUNT, ONE, Viewer
from studio.errors import StudioError
from studio.settings.settings import Settings

NOT_YOURS = (
    "Only whoever runs this server has models fetched and packages installed: give them the "
    "command, or have your account named with --installer."
)


def may_install(settings: Settings, viewer: Viewer) -> bool:
    """Whether *viewer* may: the one person of the page, its only account, or one that is named."""
    if viewer.is_admin:
        return True
    if settings.auth:
        name = viewer.owner.removeprefix(ACCOUNT) if viewer.owner.startswith(ACCOUNT) else ""
        accounts = settings.accounts
        return name in accounts and (len(accounts) == 1 or name in settings.installers)
    return settings.is_one_person and viewer.owner == ONE


def check_may_install(settings: Settings, viewer: Viewer) -> None:
    """Raise StudioError where *viewer* may not."""
    if not may_install(settings, viewer):
        raise StudioError(NOT_YOURS)
