"""Links that are renewed, and sessions that are ended, by several at once: none comes back."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from storage.store import Store
from studio.access.links import Links
from studio.access.sessions import Sessions
from studio.access.viewer import Viewer
from tests.support.records import generation

ROUNDS = 8


@pytest.fixture(autouse=True)
def _in_turns() -> Iterator[None]:
    """Let threads take turns so often that whatever can come between two steps does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def at_once(act: Callable[[], object]) -> None:
    """Do *act* in several threads that begin together."""
    gate = threading.Barrier(8)

    def run() -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=run) for _ in range(gate.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_links_renewed_at_once_the_same_one_holds_after_a_restart(store: Store) -> None:
    links, record = Links(store, store.folder), generation(1)
    viewer = Viewer(record.owner)
    for _ in range(ROUNDS):
        at_once(lambda: links.renew(record, viewer))
        again = Links(store, store.folder)
        assert again.key(record, viewer) == links.key(record, viewer)


def test_of_logouts_everywhere_at_once_the_same_one_holds_after_a_restart(store: Store) -> None:
    sessions = Sessions(store, ["user:ann"])
    for _ in range(ROUNDS):
        at_once(lambda: sessions.end_all("user:ann"))
        assert Sessions(store, ["user:ann"]).serial("user:ann") == sessions.serial("user:ann")
