"""Who may ask for what, on every route of the running page."""

import itertools
import json
import uuid
from pathlib import Path

import pytest
from gradio_client import Client  # type: ignore[import-untyped] # ships no types

from tests.support.routes import routes_of
from tests.support.served import Served
from tests.web.access.asking import at_once, owner
from tests.web.conftest import ACCOUNTS, Serve
from web.access.throttle import MAX_FAILURES_PER_ADDRESS

PUBLIC = {"/healthz", "/login", "/login/", "/manifest.json"}
"""A browser asks for the manifest, the name and the icons, without saying who is there."""


def test_no_route_but_health_login_and_manifest_answers_a_stranger(serve: Serve) -> None:
    served = serve(auth=ACCOUNTS)
    routes = routes_of(served.demo)
    paths = {path for _, path in routes}
    assert {"/", "/config", "/gradio_api/queue/join", "/gradio_api/cancel"} <= paths
    assert {"/gradio_api/file=x", "/gradio_api/upload", "/gradio_api/heartbeat/x"} <= paths
    assert {"/api/generate", "/api/images/x/x", "/metrics"} <= paths
    with served.browser() as stranger:
        for method, path in routes:
            status = stranger.request(method, path).status_code
            if path in PUBLIC or path == "/logout":
                continue
            assert status in (401, 404), (method, path, status)


def test_a_stranger_learns_nothing_from_what_is_refused(share: Serve) -> None:
    served = share(auth=ACCOUNTS)
    with served.browser() as stranger:
        page = stranger.get("/?job=1", headers={"Accept": "text/html"})
        assert page.status_code == 401
        assert 'value="/?job=1"' in page.text
        assert "gradio" not in page.text
        for path in ("/gradio_api/file=/etc/passwd", "/assets/index.js", "/theme.css"):
            answer = stranger.get(path)
            assert answer.json() == {"error": "Log in first."}
            assert answer.status_code == 401


def test_after_the_login_the_page_and_its_handlers_know_the_user(share: Serve) -> None:
    served = share(auth=ACCOUNTS)
    bob = served.login("bob")
    assert bob.get("/").status_code == 200
    assert bob.get("/config").json()["username"] == "bob"
    assert owner(bob) == "user:bob"
    client = Client(served.url, auth=("ann", "pw-ann"), verbose=False)
    assert client.predict("x", api_name="/who") == "user:ann ann"


def test_programs_may_use_basic_authorization(serve: Serve) -> None:
    served = serve(auth=ACCOUNTS)
    with served.browser() as program:
        assert owner(program, auth=("ann", "pw-ann")) == "user:ann"
        assert program.get("/api/generations", auth=("ann", "wrong")).status_code == 401
        assert program.get("/api/generations", auth=("eve", "x")).status_code == 401


@pytest.mark.parametrize(
    ("following", "expected"),
    [
        ("/?job=1&key=2", "/?job=1&key=2"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("/login", "/"),
        ("/logout", "/"),
        ("", "/"),
    ],
)
def test_a_login_leads_on_within_this_server_only(
    share: Serve, following: str, expected: str
) -> None:
    fields = {"username": "ann", "password": "pw-ann", "next": following}
    with share(auth=ACCOUNTS).browser() as client:
        answer = client.post("/login", data=fields, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["location"]) == (303, expected)
    assert "HttpOnly" in answer.headers["set-cookie"]


def test_a_login_survives_a_restart_but_not_a_new_password(serve: Serve, tmp_path: Path) -> None:
    first = serve(data_folder=tmp_path / "kept", auth=ACCOUNTS)
    cookies = first.login().cookies
    first.stop()
    again = serve(data_folder=tmp_path / "kept", auth=["ann:pw-ann"])
    assert again.browser(cookies=cookies).get("/config").status_code == 200
    again.stop()
    changed = serve(data_folder=tmp_path / "kept", auth=["ann:another"])
    assert changed.browser(cookies=cookies).get("/config").status_code == 401


def test_logging_out_ends_it(share: Serve) -> None:
    ann = share(auth=ACCOUNTS).login()
    assert ann.get("/logout").status_code == 303
    assert ann.get("/config").status_code == 401


def test_guessing_passwords_is_slowed_down(serve: Serve) -> None:
    wrong = {"username": "ann", "password": "guess"}
    with serve(auth=ACCOUNTS).browser() as client:
        tries = at_once(MAX_FAILURES_PER_ADDRESS, lambda _: client.post("/login", data=wrong))
        assert tries == {401}
        answer = client.post("/login", data={"username": "ann", "password": "pw-ann"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "wait" in answer.json()["error"]


def test_each_browser_is_its_own_owner_from_its_first_request_on(served: Served) -> None:
    with served.browser() as one, served.browser() as two:
        first = owner(one)  # this request had no cookie yet
        assert first.startswith("browser:")
        assert owner(one) == first
        assert owner(two) != first


def test_a_forged_cookie_is_replaced(served: Served) -> None:
    with served.browser() as one:
        mine = owner(one)
        name, value = next(iter(one.cookies.items()))
    id_, _, signature = value.rpartition(".")
    forged = served.browser(cookies={name: f"{'0' * len(id_)}.{signature}"})
    assert owner(forged) not in (mine, "browser:" + "0" * 32)


def test_the_cookie_fits_the_scheme(
    served: Served, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    https = {"X-Forwarded-Proto": "https"}
    assert "SameSite=Lax" in served.browser().get("/").headers["set-cookie"]
    assert "SameSite=Lax; Secure" in served.browser().get("/", headers=https).headers["set-cookie"]
    monkeypatch.setenv("SPACE_ID", "someone/stepglass")
    space = serve().browser().get("/", headers=https).headers
    assert "Secure; SameSite=None; Partitioned" in space["set-cookie"]
    assert "huggingface.co" in space["content-security-policy"]


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
    {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "navigate",
        "Origin": "https://evil.example",
    },
]


def test_other_sites_cannot_act_in_a_persons_name(share: Serve) -> None:
    paths = ("/api/generate", "/gradio_api/run/who", "/gradio_api/cancel", "/login")
    with share().browser() as client:
        client.get("/")
        for path, headers in itertools.product(paths, FOREIGN):
            answer = client.post(path, json={"prompt": "x"}, headers=headers)
            assert answer.status_code == 403, (path, headers)
            assert "another site" in answer.json()["error"]


def test_other_sites_cannot_read_but_may_link(share: Serve) -> None:
    fetch = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    with share().browser() as client:
        assert client.get("/config", headers=fetch).status_code == 403
        assert client.get("/?job=1", headers=link).status_code == 200
        assert client.get("/logout", headers=link).status_code == 403
        assert (
            client.get("/", headers={"Origin": str(client.base_url).rstrip("/")}).status_code == 200
        )


def test_on_this_machine_only_its_names_are_answered(share: Serve, serve: Serve) -> None:
    with share().browser() as client:
        for host in ("localhost:1", "127.0.0.1", "[::1]:7860", "x.localhost"):
            assert client.get("/", headers={"Host": host}).status_code == 200
        answer = client.get("/", headers={"Host": "rebound.example:7860"})
        assert answer.status_code == 421
        assert "--allowed-host" in answer.json()["error"]
    with serve(allowed_hosts=["Page.Example"]).browser() as client:
        assert client.get("/", headers={"Host": "page.example"}).status_code == 200
    with share(auth=ACCOUNTS).browser() as client:  # a foreign page has no login cookie
        assert client.get("/healthz", headers={"Host": "tunnel.example"}).status_code == 200


CLOSED = [
    "/gradio_api/file=https://example.com/",
    "/gradio_api/file=HTTP://169.254.169.254/",
    "/gradio_api/file=//example.com/x",
    "/gradio_api/file=%68ttps://example.com/",
    "/gradio_api/file/https://example.com/",
    "/gradio_api/proxy=https://x.hf.space/",
    "/gradio_api/dev/reload",
    "/gradio_api/deep_link",
    "/gradio_api/runs",
    "/gradio_api/stream/x/close",
    "/monitoring/summary",
]


def test_what_the_page_does_not_need_is_closed(served: Served) -> None:
    with served.browser() as client:
        for path in CLOSED:
            answer = client.get(path)
            assert answer.status_code == 404, path
            assert answer.json() == {"error": "There is nothing here."}


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../etc/passwd", "secret.key"])
def test_files_of_this_machine_cannot_be_read(served: Served, path: str) -> None:
    if path == "secret.key":
        path = str(served.settings.data_folder / path)
        assert Path(path).stat().st_mode & 0o777 == 0o600
    forged = {"path": path, "meta": {"_type": "gradio.FileData"}}
    with served.browser() as client:
        assert client.get(f"/gradio_api/file={path}").status_code in (403, 404)
        answer = client.post("/gradio_api/run/size", json={"data": [forged]})
    assert answer.status_code == 400
    assert "uploaded first" in answer.json()["error"]


@pytest.mark.parametrize("path", ["http://127.0.0.1:1/x", "HTTPS://example.com/x"])
def test_a_form_cannot_make_the_server_fetch_a_url(served: Served, path: str) -> None:
    forged = {"path": path, "meta": {"_type": "gradio.FileData"}}
    session = uuid.uuid4().hex
    with served.browser() as client:
        for route in ("run/size", "queue/join", "call/size"):
            body = {"data": [[forged]], "session_hash": session, "fn_index": 1}
            answer = client.post(f"/gradio_api/{route}", json=body)
            assert answer.status_code == 400, route
            assert "uploaded" in answer.json()["error"]


def test_uploads_and_events_have_a_largest_size(serve: Serve) -> None:
    served = serve(max_upload_mb=0.1)
    with served.browser() as client:
        small = client.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 1000)})
        assert small.status_code == 200
        large = client.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 200_000)})
        assert large.status_code == 413
        huge = client.post("/gradio_api/upload", files={"files": ("a.png", b"x" * 3_000_000)})
        assert huge.status_code == 413
        body = json.dumps({"data": ["x" * 5_000_000], "session_hash": "s", "fn_index": 0})
        assert client.post("/gradio_api/run/who", content=body).status_code == 413


def test_answers_carry_the_headers_that_keep_browsers_strict(served: Served) -> None:
    with served.browser() as client:
        headers = client.get("/").headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["content-security-policy"].endswith("; frame-ancestors 'self'")
        assert client.get("/healthz").json() == {"status": "ok"}
