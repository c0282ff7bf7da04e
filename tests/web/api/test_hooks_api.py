"""The hooks' routes over real HTTP: added with their secret, tried for real, and one's own."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.support.receiver import Receiver
from tests.support.served import Served
from tests.web.conftest import Serve


@pytest.fixture
def served(serve: Serve) -> Served:
    return serve(auth=["ann:pw-ann", "bob:pw-bob"], allow_private_addresses=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def test_a_hook_is_added_tried_and_removed_by_its_owner(served: Served, receiver: Receiver) -> None:
    with closing(served.login()) as ann, closing(served.login("bob", "pw-bob")) as bob:
        added = ann.post("/api/hooks", json={"url": receiver.url, "events": ["failed"]})
        assert added.status_code == 201
        hook = added.json()
        assert hook.pop("secret").startswith("whsec_")
        assert (hook["kind"], hook["url"], hook["events"]) == ("webhook", receiver.url, ["failed"])
        assert ann.get("/api/hooks").json() == {"hooks": [hook]}
        assert bob.get("/api/hooks").json() == {"hooks": []}
        assert bob.post(f"/api/hooks/{hook['id']}/test").status_code == 404
        tried = ann.post(f"/api/hooks/{hook['id']}/test").json()
        assert tried == {"worked": True, "result": "Delivered (HTTP 200)."}
        assert [call.headers["Stepglass-Event"] for call in receiver.calls] == ["test"]
        assert bob.delete(f"/api/hooks/{hook['id']}").status_code == 404
        assert ann.delete(f"/api/hooks/{hook['id']}").json() == {"removed": hook["id"]}
        assert ann.get("/api/hooks").json() == {"hooks": []}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "https://example.org/", "events": ["done"]}, "events"),
        ({"url": "https://example.org/", "kind": "pigeon"}, "kind"),
        ({"url": "syslog://", "kind": "message"}, "url"),
        ({}, "url"),
    ],
)
def test_what_is_wrong_is_said_of_its_field(
    served: Served, asked: dict[str, object], field: str
) -> None:
    with closing(served.login()) as ann:
        answer = ann.post("/api/hooks", json=asked)
    assert answer.status_code in (400, 422)
    assert field in answer.json()["fields"]
