"""A server that is given a name is still the server that has our prompts."""

from pathlib import Path

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from storage.records import Status
from studio.settings.settings import Settings
from studio.studio import Studio
from tests.faults.house import House
from tests.support.stores import open_store


class Unnamed(House):
    """Follows the engine by its host and port."""

    def _studio(self) -> Studio:
        settings = Settings(_env_file=None, data_folder=self.folder)  # type: ignore[call-arg] # pydantic-settings' own
        return Studio(settings, [parse_address(self.url)], open_store(self.folder), self.cadence)


def test_what_it_runs_is_followed_under_the_new_name(engine: DemoServer, tmp_path: Path) -> None:
    before = Unnamed(tmp_path / "data", engine.url)
    before.start()
    ids = before.generate(2, steps=40)
    before.until(lambda: before.runs(ids[0]))
    before.close()
    after = House(tmp_path / "data", engine.url)
    after.start()
    after.watch(ids)
    assert after.statuses(ids) == [Status.FINISHED] * 2
    after.check(engine.books.all, engine.folder)
