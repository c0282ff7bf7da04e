"""No page of another site has anything changed here in somebody's name, on any route."""

import pytest

from tests.security.conftest import Fortress
from tests.security.person import Person
from tests.support.routes import routes_of

CROSS = {"Sec-Fetch-Site": "cross-site"}
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
FOREIGN = {
    "a script": CROSS | {"Origin": "https://evil.example"},
    "a form": CROSS | NAVIGATES | {"Origin": "https://evil.example"},
    "another port": {"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:1"},
    "a sandboxed frame": CROSS | {"Origin": "null"},
    "an old browser": {"Origin": "https://evil.example"},
    "an old browser's file": {"Origin": "null"},
    "our name within another": {"Origin": "http://127.0.0.1.evil.example"},
    "our name as a login": {"Origin": "http://127.0.0.1@evil.example"},
    "another scheme": {"Origin": "ftp://127.0.0.1"},
    "no name": {"Origin": "http://"},
}


@pytest.mark.parametrize("where", FOREIGN)
def test_no_route_that_changes_anything_takes_it_from_another_site(
    fortress: Fortress, ann: Person, where: str
) -> None:
    changing = {(m, p) for m, p in routes_of(fortress.demo) if m not in ("GET", "HEAD")}
    assert len(changing) > 40
    for method, path in changing | {("GET", "/logout"), ("POST", "/logout")}:
        answer = ann.client.request(method, path, json={}, headers=FOREIGN[where])
        assert answer.status_code == 403, (method, path)
        assert "another site" in answer.json()["error"]
    assert ann.client.get("/api/generations").status_code == 200  # still logged in


@pytest.mark.parametrize("where", FOREIGN)
def test_no_script_of_another_site_reads_anything(
    fortress: Fortress, ann: Person, where: str
) -> None:
    headers = {key: value for key, value in FOREIGN[where].items() if key != "Sec-Fetch-Mode"}
    for method, path in routes_of(fortress.demo):
        if method == "GET":
            answer = ann.client.get(path, headers=headers)
            assert answer.status_code == 403, path
            assert "another site" in answer.json()["error"]


def test_no_answer_lets_another_site_read_it(ann: Person) -> None:
    for path in ("/", "/config", "/api/generations", "/api/queue", "/gradio_api/info"):
        answer = ann.client.get(path)
        assert answer.status_code == 200
        assert not [name for name in answer.headers if name.startswith("access-control-")], path
        preflight = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
        asked = ann.client.options(path, headers=preflight)
        assert "access-control-allow-origin" not in asked.headers
