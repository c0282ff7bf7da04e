"""The page's modules: where they are, who gets them, how long they may be kept."""

import re

from tests.web.conftest import Serve
from ui.shell.assets import SHEET, languages, needed, prefix, scripts, served, style_sheet
from ui.shell.theme import ahead, head


def test_every_import_leads_to_a_module() -> None:
    for name, content in scripts().items():
        for found in re.findall(r'from "(\.[^"]+)"', content.decode()):
            folder = name.split("/")[:-1]
            for part in found.split("/"):
                folder = folder[:-1] if part == ".." else folder if part == "." else [*folder, part]
            assert "/".join(folder) in scripts(), (name, found)


def test_the_address_names_the_content_of_all() -> None:
    assert re.fullmatch(r"stepglass/[0-9a-f]{16}", prefix())
    tongues = [address for _, address in languages().values()]
    assert set(served()) == {
        *(f"/{prefix()}/{name}" for name in (*scripts(), SHEET)),
        *(f"/{address}" for address in tongues),
    }


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


def test_the_page_and_its_files_go_out_compressed_and_the_page_says_what_it_needs(
    serve: Serve,
) -> None:
    script = b"export {};" * 200
    site = serve(scripts={"/stepglass/abc/live/live.js": script}, ahead=ahead())
    with site.browser() as browser:
        page, module = browser.get("/"), browser.get("/stepglass/abc/live/live.js")
        assert module.content == script
        assert [page.headers["content-encoding"], module.headers["content-encoding"]] == [
            "gzip"
        ] * 2
        assert page.headers["link"] == ahead()
        assert "link" not in module.headers


def test_what_is_fetched_ahead_is_what_the_page_loads_first() -> None:
    assert f"<{prefix()}/{SHEET}>; rel=preload; as=style" in ahead()
    assert f"<{prefix()}/live/motion.js>; rel=modulepreload" in ahead()
    assert f'href="{prefix()}/{SHEET}"' in head()
    assert {"shell/dom.js", "live/words.js"} <= set(needed(["live/live.js"]))
    assert len(ahead()) < 4000, "a proxy may refuse a longer header"


def test_rules_are_nested_where_they_win_and_what_cannot_be_is_not() -> None:
    before, nested = style_sheet().split(":root:root:root {", 1)
    assert before.count("@keyframes") == 2
    assert "@keyframes" not in nested
    assert ":root" not in nested
    assert nested.count("{") + 1 == nested.count("}")
