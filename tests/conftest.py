"""Which of the workers gets what, and how many examples a property is tried with."""

import os
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from tests.support.environment import bare
from tests.support.examples import use_profile

use_profile()

for setting in os.environ.keys() - bare().keys():
    del os.environ[setting]
# Nobody here is on the internet, and each httpx.Client takes 40 ms to read those who vouch for it:
# it is shown a folder without certificates.
os.environ.pop("SSL_CERT_FILE", None)
os.environ["SSL_CERT_DIR"] = str(Path(__file__).parent)

BROWSER = "tests/browser/"
BROWSERS = 2
"""Workers that drive a browser at the same time. A third would be no sooner done on two cores, and
pages that get no time of a processor let the best of tests wait in vain."""
SHARING = ("tests/storage/stats/test_rollups.py", "tests/web/test_app.py")
"""Modules whose tests share what is dear to make: an app, a long past."""


class Sharing(LoadScopeScheduling):  # type: ignore[misc] # has no types
    """Two workers for the browser's tests, one for each of such modules, any for any other test."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        if module.startswith(BROWSER):
            return f"{BROWSER}{crc32(module.encode()) % BROWSERS}"
        return module if module.startswith(SHARING) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Any:
    """Called by pytest-xdist before it hands out tests."""
    return Sharing(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what failed of a browser or of real faults be tried once more; the run names each.

    A page, its server and their neighbours share two cores: now and then one waits in vain, or an
    outage is over before anybody has had the time to see it.
    """
    for item in items:
        if item.get_closest_marker("browser") or item.nodeid.startswith("tests/faults/"):
            item.add_marker(pytest.mark.flaky(reruns=1))
