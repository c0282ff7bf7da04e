"""The downloads' routes over real HTTP: looked at, fetched, followed, cancelled, refused."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.http.server import DemoServer
from tests.support.served import Served
from tests.support.sources import Source
from tests.support.waiting import until
from tests.web.conftest import Serve

NAME = "api-vae.safetensors"


@pytest.fixture
def source() -> Iterator[Source]:
    with Source() as server:
        yield server


@pytest.fixture
def served(serve: Serve, engine: DemoServer, source: Source) -> Served:
    address = parse_address(engine.url)
    accounts = ["ann:pw-ann", "bob:pw-bob"]
    hosts = [source.url]
    return serve(addresses=[address], auth=accounts, installers=["ann"], model_hosts=hosts)


def test_a_file_is_looked_at_fetched_and_followed(served: Served, source: Source) -> None:
    body = {"name": NAME, "folder": "vae", "url": source.serve("/vae", b"x" * 100)}
    with closing(served.login()) as ann, closing(served.login("bob", "pw-bob")) as bob:
        offer = ann.post("/api/fetches/look", json=body).json()
        assert (offer["size"], offer["whyNot"], offer["page"]) == (100, "", "")
        refused = bob.post("/api/fetches", json=body)
        assert (refused.status_code, "--installer" in refused.json()["error"]) == (409, True)
        begun = ann.post("/api/fetches", json=body)
        assert begun.status_code == 202
        id_ = begun.json()["id"]

        def found() -> dict[str, object]:
            listed = ann.get("/api/fetches").json()["fetches"]
            return next(one for one in listed if one["id"] == id_)

        until(lambda: found()["stage"] == "done")
        assert (found()["received"], found()["hashChecked"]) == (100, False)
        assert bob.get("/api/fetches").json() == {"may": False, "fetches": []}
        assert bob.post(f"/api/fetches/{id_}/cancel").status_code == 409
        assert ann.post(f"/api/fetches/{id_}/cancel").json()["stage"] == "done"
        assert ann.post("/api/fetches/x/cancel").status_code == 404


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"url": "https://evil.example/a.safetensors"}, "--model-host"),
        ({"url": "file:///etc/passwd"}, "web address"),
        ({"name": "../../a.safetensors"}, "no name"),
        ({"name": "a.sh"}, "no file of a model"),
        ({"folder": "custom_nodes"}, "folder of models"),
        ({"sha256": "1"}, "64 digits"),
        ({"server": "nobody's"}, "no such server"),
    ],
)
def test_what_cannot_be_fetched_is_said_in_a_sentence(
    served: Served, source: Source, more: dict[str, str], says: str
) -> None:
    body = {"name": NAME, "folder": "vae", "url": source.serve("/vae", b"x"), **more}
    with closing(served.login()) as ann:
        answer = ann.post("/api/fetches", json=body)
        package = ann.post("/api/fetches/package", json={"package": "a; rm -rf /"})
    assert answer.status_code in (400, 409, 422)
    assert says in answer.json()["error"]
    assert package.json()["error"] == "This is no package of custom nodes."
