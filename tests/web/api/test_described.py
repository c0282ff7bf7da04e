"""The API describes itself, under the same rules as the rest, and docs/api.md says the same."""

import re
from pathlib import Path

import pytest

from tests.support.routes import routes_of
from tests.support.served import Served
from tests.web.conftest import ACCOUNTS, Serve
from web.api.description.markdown import BEGIN, markdown

ROOT = Path(__file__).resolve().parents[3]
UNDESCRIBED = ("/api/x", "/api/pair")
"""All that there is not, and a step of pairing, which browsers take."""
FOREIGN = ("<script", "src=", "@import", "url(", "http:", "https:")


@pytest.fixture
def served(share: Serve) -> Served:
    return share(auth=ACCOUNTS)


def test_every_route_under_api_is_described(served: Served) -> None:
    described = {
        (method.upper(), re.sub(r"\{[^}]*\}", "x", path))
        for path, operations in served.login().get("/openapi.json").json()["paths"].items()
        for method in operations
    }
    known = {
        (method, path)
        for method, path in routes_of(served.demo)
        if path.startswith("/api/") and method != "HEAD" and path not in UNDESCRIBED
    }
    assert described == known


def test_the_documentation_holds_every_route_status_and_field(served: Served) -> None:
    schema = served.login().get("/openapi.json").json()
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    made = BEGIN + page.partition(BEGIN)[2]
    assert made == markdown(schema), "run `python -m docs.api_reference`"


def test_the_page_needs_nothing_from_elsewhere_and_shows_every_route(served: Served) -> None:
    ann = served.login()
    page = ann.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not [one for one in FOREIGN if one in page.text]
    for path in ann.get("/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page.text


@pytest.mark.parametrize("path", ["/openapi.json", "/docs"])
def test_a_stranger_is_not_told(served: Served, path: str) -> None:
    assert served.browser().get(path).status_code == 401
