"""The page's modules: where they are, who gets them, how long they may be kept."""

import re

from tests.web.conftest import Serve
from ui.shell.assets import prefix, scripts, served


def test_every_import_leads_to_a_module() -> None:
    for name, content in scripts().items():
        for found in re.findall(r'from "(\.[^"]+)"', content.decode()):
            folder = name.split("/")[:-1]
            for part in found.split("/"):
                folder = folder[:-1] if part == ".." else folder if part == "." else [*folder, part]
            assert "/".join(folder) in scripts(), (name, found)


def test_the_address_names_the_content_of_all() -> None:
    assert re.fullmatch(r"stepglass/[0-9a-f]{16}", prefix())
    assert set(served()) == {f"/{prefix()}/{name}" for name in scripts()}


def test_a_module_may_be_kept_for_ever_and_another_version_s_is_not_there(serve: Serve) -> None:
    site = serve(scripts={"/stepglass/abc/live/live.js": b"export {};"})
    with site.browser() as browser:
        found = browser.get("/stepglass/abc/live/live.js")
        assert (found.status_code, found.text) == (200, "export {};")
        assert found.headers["content-type"].startswith("text/javascript")
        assert "immutable" in found.headers["cache-control"]
        gone = browser.get("/stepglass/abd/live/live.js")
        assert gone.status_code == 404
        assert gone.headers["cache-control"] == "no-store"
        assert "reload" in gone.json()["error"]


def test_strangers_get_none_before_they_log_in(serve: Serve) -> None:
    site = serve(scripts={"/stepglass/abc/live/live.js": b"export {};"}, auth=["ann:secret"])
    with site.browser() as browser:
        assert browser.get("/stepglass/abc/live/live.js").status_code == 401
