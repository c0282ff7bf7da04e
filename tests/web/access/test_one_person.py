"""On this machine alone there is one person, whatever the name, browser or cookie."""

from pathlib import Path

import httpx
import pytest

from storage.records import Status
from studio.access.viewer import BROWSER, GUEST, ONE, Viewer
from studio.settings.cautions import cautions
from tests.support.environment import settings as settings_in
from tests.support.records import generation
from tests.support.served import Served
from tests.support.stores import open_store
from tests.web.access.asking import owner
from tests.web.conftest import Serve
from web.access.presence import is_here

PROXIED = [
    {"X-Forwarded-For": "203.0.113.5"},
    {"X-Forwarded-Host": "nas.example"},
    {"X-Forwarded-Proto": "http"},
    {"Forwarded": "for=203.0.113.5"},
    {"X-Real-IP": "203.0.113.5"},
    {"Via": "1.1 proxy"},
    {"CF-Connecting-IP": "203.0.113.5"},
    {"X-Forwarded-For": ""},
    {"X-Forwarded-For": "127.0.0.1"},
    {"Host": "203.0.113.5:7860"},
    {"Origin": "https://nas.example", "Sec-Fetch-Site": "same-origin"},
    {"Referer": "https://nas.example/"},
]
"""What reverse proxies and tunnels leave in the requests of strangers."""


@pytest.fixture(scope="session")
def by_address(share: Serve) -> Served:
    """A site of one person, who has one generation."""
    served = share(people="")
    over = {"status": Status.FINISHED, "finished_at": 1.8e9}
    served.store.generations.add([generation(1, owner=ONE, **over)])
    return served


def test_every_browser_name_and_program_is_the_same_person(by_address: Served) -> None:
    port = by_address.url.rpartition(":")[2]
    names = ("127.0.0.1", "localhost", "stepglass.localhost", "[::1]", "127.0.0.2")
    seen = set()
    for name in names:
        with by_address.browser() as browser:  # no cookies yet
            seen.add(owner(browser, headers={"Host": f"{name}:{port}"}))
            page = {"Host": f"{name}:{port}", "Origin": f"http://{name}:{port}"}
            seen.add(owner(browser, headers={**page, "Sec-Fetch-Site": "same-origin"}))
    assert seen == {ONE}


@pytest.mark.parametrize("headers", PROXIED)
def test_whom_a_proxy_lets_through_is_a_stranger(
    by_address: Served, headers: dict[str, str]
) -> None:
    with by_address.browser() as stranger, by_address.browser() as other:
        first = owner(stranger, headers=headers)
        assert first.startswith(GUEST)
        assert owner(stranger, headers=headers) == first
        assert owner(other, headers=headers) not in (first, ONE)
        listed = stranger.get("/api/generations", headers=headers)
        assert listed.status_code == 200
        assert listed.json()["generations"] == []
    with by_address.browser() as here:
        assert len(here.get("/api/generations").json()["generations"]) == 1


def test_a_name_of_somebody_elses_is_still_refused(by_address: Served) -> None:
    with by_address.browser() as client:
        assert client.get("/", headers={"Host": "rebound.example"}).status_code == 421
        foreign = {"Origin": "https://evil.example"}
        assert client.post("/api/generate", json={}, headers=foreign).status_code == 403


def test_a_container_of_one_person_refuses_rebound_names(serve: Serve) -> None:
    served = serve(host="0.0.0.0", people="one")
    url = served.url.replace("0.0.0.0", "127.0.0.1")
    with httpx.Client(base_url=url) as client:
        assert client.get("/", headers={"Host": "rebound.example:7860"}).status_code == 421
        assert owner(client) == ONE
        assert owner(client, headers={"Host": "192.168.1.5:7860"}) == ONE


@pytest.mark.parametrize(
    ("settings", "is_one"),
    [
        ({}, True),
        ({"host": "localhost"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"allowed_hosts": ["nas.example"]}, False),
        ({"people": "browsers"}, False),
        ({"people": "one", "allowed_hosts": ["nas.example"]}, True),
        ({"auth": ["ann:pw"]}, False),
        ({"auth": ["ann:pw"], "people": "one"}, False),
    ],
)
def test_who_is_one_person(tmp_path: Path, settings: dict[str, object], is_one: bool) -> None:
    chosen = settings_in(tmp_path, **settings)
    assert chosen.is_one_person is is_one
    assert bool(cautions(chosen)) is (
        settings not in ({}, {"host": "localhost"})
        and ("auth" not in settings or "people" in settings)
        and settings != {"people": "browsers"}
    )


def test_a_space_keeps_browsers_apart(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPACE_ID", "someone/stepglass")
    served = serve(people="")
    with served.browser() as one, served.browser() as two:
        assert owner(one).startswith(BROWSER)
        assert owner(one) != owner(two)


def test_what_browsers_made_before_is_the_one_persons(serve: Serve, tmp_path: Path) -> None:
    apart = serve(data_folder=tmp_path / "kept")
    with apart.browser() as ann, apart.browser() as bob:
        owners = [owner(ann), owner(bob)]
        tokens = [apart.studio.tokens.of(one) for one in owners]
    apart.store.generations.add([generation(n, owner=one) for n, one in enumerate(owners)])
    apart.stop()
    served = serve(people="", data_folder=tmp_path / "kept")
    mine = served.studio.generations.history(Viewer(ONE))
    assert {record.owner for record in mine} == {ONE}
    assert len(mine) == 2
    with served.browser() as program:
        for token in tokens:
            assert owner(program, headers={"Authorization": f"Bearer {token}"}) == ONE
        served.studio.tokens.renew(ONE)
        for token in tokens:
            bearer = {"Authorization": f"Bearer {token}"}
            assert program.get("/api/generations", headers=bearer).status_code == 401


def test_what_a_stranger_made_stays_the_strangers(serve: Serve, tmp_path: Path) -> None:
    first = serve(people="", data_folder=tmp_path / "kept")
    with first.browser() as stranger:
        guest = owner(stranger, headers=PROXIED[0])
        cookies = stranger.cookies
    first.store.generations.add([generation(1, owner=guest)])
    first.stop()
    served = serve(people="", data_folder=tmp_path / "kept")
    assert served.studio.generations.history(Viewer(ONE)) == []
    with served.browser(cookies=cookies) as again:
        assert owner(again, headers=PROXIED[0]) == guest


def test_a_single_account_has_what_was_made_without(serve: Serve, tmp_path: Path) -> None:
    store = open_store(tmp_path / "kept")
    store.generations.add([generation(1, owner=ONE)])
    store.close()
    served = serve(data_folder=tmp_path / "kept", auth=["ann:pw-ann"])
    assert [record.owner for record in served.studio.generations.history(Viewer("user:ann"))] == [
        "user:ann"
    ]


def test_of_two_accounts_neither_gets_it_unasked(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(tmp_path / "kept")
    store.generations.add([generation(1, owner=ONE), generation(2, owner=f"{BROWSER}1")])
    store.close()
    served = serve(data_folder=tmp_path / "kept", auth=["ann:pw-ann", "bob:pw-bob"])
    assert served.studio.generations.history(Viewer("user:ann")) == []
    assert "2 generations were made without a login" in caplog.text
    assert "assign NAME" in caplog.text


@pytest.mark.parametrize("client", ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"])
def test_presence_is_of_loopback(client: str) -> None:
    assert is_here(client, "1.1", {"host": "127.0.0.1:7860"})
    assert not is_here(client, "1.0", {"host": "127.0.0.1:7860"})
    for other in ("", "192.168.1.2", "::2", "testclient", "127.0.0.1.evil.example"):
        assert not is_here(other, "1.1", {"host": "127.0.0.1:7860"})
        assert not is_here(client, "1.1", {"host": other})
    assert not is_here(client, "1.1", {"host": "[::1"})  # broken
