"""Which language a browser gets, and what its page is sent for it."""

import pytest
from starlette.requests import Request

from tests.web.conftest import Serve
from ui.shell.assets import languages
from web.http.language import COOKIE, Language, choose
from web.scripts import spoken_page

OFFERED = {code: Language(code, script=f"{code}.js") for code in ("de", "ja", "zh-CN")}
PAGE = b'<html lang="en"><script type="module" crossorigin src="./assets/index.js"></script>'


def chosen(listed: str, cookie: str = "") -> str:
    headers = [(b"accept-language", listed.encode())]
    if cookie:
        headers.append((b"cookie", f"{COOKIE}={cookie}".encode()))
    return choose(Request({"type": "http", "headers": headers}), OFFERED).code


@pytest.mark.parametrize(
    ("listed", "code"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR,ja;q=0.5,de;q=0.8", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("fr", "en"),
        ("zh", "zh-CN"),
        ("zh-Hans-HK", "zh-CN"),
        ("zh-TW", "en"),
        ("zh-Hant,zh-TW;q=0.9,zh-CN;q=0.5", "zh-CN"),
        ("zh-HK,ja;q=0.5", "ja"),
        ("*;q=x,,;;,ja;q=high,de;q=0.1", "de"),
        ("de" * 9000, "en"),
    ],
)
def test_the_browser_s_list_decides(listed: str, code: str) -> None:
    assert chosen(listed) == code


@pytest.mark.parametrize(("cookie", "code"), [("ja", "ja"), ("en", "en"), ("xx", "de"), ("", "de")])
def test_what_was_chosen_on_the_page_comes_first(cookie: str, code: str) -> None:
    assert chosen("de,ja;q=0.5", cookie) == code


def test_a_text_is_said_in_a_language_and_else_in_english() -> None:
    german = Language(
        "de", {"Wait {time}.": "Warte {time}.", "{n} files": {"other": "{n} Dateien"}}
    )
    assert german.say("Wait {time}.", time="2 s") == "Warte 2 s."
    assert german.say("{n} files", n=3) == "3 Dateien"
    assert german.say("Nothing of {name}.", name="{x}") == "Nothing of {x}."


def test_the_page_runs_the_language_s_module_before_gradio_s() -> None:
    page = spoken_page(PAGE, OFFERED["de"]).decode()
    assert page.startswith('<html lang="de"><script>')
    assert page.index('value: "de"') < page.index('src="de.js"') < page.index("index.js")
    assert b".js" not in spoken_page(PAGE, Language("en")).replace(b"index.js", b"")


def test_gradio_s_page_is_put_together_as_that_is_found_in_it(serve: Serve) -> None:
    site = serve(languages=languages())
    with site.browser() as browser:
        page = browser.get("/", headers={"Accept-Language": "de"})
        script = languages()["de"][1]
        assert '<html\n\tlang="de"' in page.text
        assert page.text.count(f'<script type="module" src="{script}">') == 1
        assert f"<{script}>; rel=modulepreload" in page.headers["link"]
        assert "words/" not in browser.get("/", headers={"Accept-Language": "fr"}).text


def test_the_login_speaks_it_too(serve: Serve) -> None:
    site = serve(languages=languages(), auth=["ann:secret"])
    with site.browser(headers={"Accept-Language": "de"}) as browser:
        page = browser.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 401
        assert '<html lang="de">' in page.text
        assert '<label for="password">Passwort</label>' in page.text
        fields = {"username": "ann", "password": "wrong"}
        wrong = browser.post("/login", data=fields, headers={"Accept": "text/html"})
        assert "Name oder Passwort falsch." in wrong.text
    with site.browser(headers={"Accept-Language": "de", "Cookie": f"{COOKIE}=en"}) as browser:
        assert "<button>Log in</button>" in browser.get("/login").text
