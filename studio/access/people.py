"""Who the people are that have generations here, and what becomes of them where that changes."""

import logging

from storage.store import Store
from studio.access.tokens import KIND, SERIAL
from studio.access.viewer import ACCOUNT, BROWSER, GUEST, ONE, Viewer
from studio.errors import StudioError
from studio.installation import PROGRAM
from studio.settings.settings import Settings

log = logging.getLogger(__name__)

_TOKEN = ((KIND, SERIAL),)
WATCHED = "watched-folder"
"""The kind of document that says which folder somebody watches."""
_PLACED = (WATCHED,)


class People:
    """The people of this installation."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def settle(self) -> None:
        """Let the one person of this page have what browsers made; say what stays out of reach.

        Call it before anything is taken up. Safe to be cut short: it is done as a whole or not at
        all, and again at the next start. Raises StorageError.
        """
        store, settings = self._store, self._settings
        if settings.is_one_person:
            _unite(store, BROWSER, ONE)
            _say(store, (ACCOUNT,), "belong to accounts: they show with --auth alone")
            return
        if len(settings.accounts) == 1:
            (name,) = settings.accounts
            _unite(store, ONE, ACCOUNT + name)
        if settings.auth:
            rest = f"were made without a login: give them to an account with {PROGRAM} assign NAME"
            _say(store, (BROWSER, GUEST, ONE), rest)
        else:
            rest = "were made while this page was one person's: they show with --people one"
            _say(store, (ONE,), rest)

    def count_of(self, viewer: Viewer) -> int:
        """How many generations the viewer has, whatever became of them."""
        return self._store.owners.count(viewer.owner)

    def hand_over(self, viewer: Viewer, owner: str) -> None:
        """Let *owner* have everything of the viewer, a browser that becomes the same person.

        Raises StudioError while something of the viewer's is not over, for that belongs to it, and
        StorageError.
        """
        if any(record.owner == viewer.owner for record in self._store.generations.unfinished()):
            raise StudioError("Something of this device still runs or waits: join when it is over.")
        self._store.owners.take_over(viewer.owner, owner, keyed=_TOKEN, placed=_PLACED)


def is_served(owner: str, settings: Settings) -> bool:
    """Whether *owner* can be somebody who asks, as the page is served now."""
    if settings.auth:
        return owner.startswith(ACCOUNT) and owner.removeprefix(ACCOUNT) in settings.accounts
    return owner.startswith((ONE, GUEST) if settings.is_one_person else BROWSER)


def assign(store: Store, name: str) -> int:
    """Give account *name* everything that was made without a login; return how many generations.

    Tokens do not come along, nor hooks and watched folders of browsers: they are of whoever had no
    password. Raises StorageError.
    """
    number = sum(store.owners.count(prefix) for prefix in (BROWSER, GUEST, ONE))
    for prefix in (BROWSER, GUEST, ONE):
        store.owners.take_over(prefix, ACCOUNT + name, keyed=_TOKEN, placed=_PLACED)
    return number


def _unite(store: Store, prefix: str, owner: str) -> None:
    former = store.owners.take_over(prefix, owner, keyed=_TOKEN, placed=_PLACED)
    if former == (ONE,):
        log.info(
            "What was made here without a login belongs to %s now", owner.removeprefix(ACCOUNT)
        )
    elif former:
        which = "one browser" if len(former) == 1 else f"{len(former):,} browsers"
        log.info(
            "This page is one person's: what %s made here is in one gallery now "
            "(--people browsers keeps browsers apart)",
            which,
        )


def _say(store: Store, prefixes: tuple[str, ...], sentence: str) -> None:
    number = sum(store.owners.count(prefix) for prefix in prefixes)
    if number:
        log.warning("%s generations %s", f"{number:,}", sentence)
