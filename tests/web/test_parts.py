"""The pure parts of the guard and of the stream's messages."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from comfy.client.reconcile.freshness import Freshness, Link
from comfy.graph.plan import make_plan
from comfy.progress.advance import Phase, begin
from comfy.progress.nodes import NodeProgress
from comfy.progress.stretch import Outlook
from storage.records import Generation, Image, Status
from storage.store import Store
from studio.access.links import Links
from studio.access.secret import SecretError, load_secret, sign, verified
from studio.access.sessions import Sessions
from studio.access.viewer import Viewer
from studio.errors import ReadOnly
from studio.queue.places import Entry
from studio.snapshot import Snapshot, as_of
from tests.support.records import generation
from tests.support.stores import open_store
from web.access.accounts import SESSION_SECONDS, Accounts
from web.access.gradio_routes import is_closed
from web.access.origin import host_is_ours, is_foreign
from web.access.throttle import MAX_KEYS, WINDOW_SECONDS, Throttle
from web.api.shapes.generations import entry_shape, progress_shape
from web.http.bodies import file_paths, json_of
from web.launch import address_to_open

SECRET = b"s" * 32
RECORD = Generation(
    "0192", "0192", "user:ann", Status.RUNNING, 100.0, {}, seed=1, batch=2, steps=20
)


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_too_many_failures_wait_until_the_first_is_forgotten() -> None:
    clock = Clock()
    throttle = Throttle(clock)
    for _ in range(3):
        assert throttle.wait({"a": 3}) == 0
        throttle.failed("a")
        clock.now += 10
    assert throttle.wait({"a": 3, "b": 1}) == WINDOW_SECONDS - 30
    assert throttle.wait({"b": 1}) == 0
    clock.now += WINDOW_SECONDS - 30
    assert throttle.wait({"a": 3}) == 0
    throttle.failed("a")
    throttle.succeeded("a")
    assert throttle.wait({"a": 1}) == 0


def test_a_flood_of_addresses_takes_no_more_room_than_allowed() -> None:
    throttle = Throttle()
    for number in range(MAX_KEYS + 10):
        throttle.failed(str(number))
    assert throttle.wait({"0": 1}) == 0
    assert throttle.wait({str(MAX_KEYS): 1}) > 0


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path / "store")
    yield opened
    opened.close()


def test_a_session_ends_by_itself_with_its_account_or_its_secret(store: Store) -> None:
    clock = Clock()
    sessions = Sessions(store, ["user:ann"])
    accounts = Accounts({"ann": "one"}, SECRET, sessions, clock)
    session = accounts.issue("ann")
    assert accounts.user(session) == "ann"
    assert accounts.user(session[:-1] + "x") is None
    assert Accounts({"ann": "two"}, SECRET, sessions, clock).user(session) is None
    assert Accounts({"bob": "one"}, SECRET, sessions, clock).user(session) is None
    assert Accounts({"ann": "one"}, b"t" * 32, sessions, clock).user(session) is None
    clock.now += SESSION_SECONDS
    assert accounts.user(session) is None
    for rubbish in ("", "...", "a.b.c.d", "é.1.x.y", "\udcff"):
        assert accounts.user(rubbish) is None


def test_a_signature_holds_for_its_purpose_alone() -> None:
    assert verified(SECRET, "one", sign(SECRET, "one", "a.b")) == "a.b"
    assert verified(SECRET, "two", sign(SECRET, "one", "a.b")) is None


def test_a_private_link_opens_its_generation_until_it_is_renewed(store: Store) -> None:
    links = Links(store, store.folder)
    one, two, viewer = generation(1), generation(2), Viewer(generation(1).owner)
    first, other = links.key(one, viewer), links.key(two, viewer)
    assert links.opens(one.id, first)
    for wrong in (other, "ü", "\udcff", "", first[:-1]):
        assert not links.opens(one.id, wrong)
    links.renew(one, viewer)
    assert not links.opens(one.id, first)
    assert links.opens(one.id, links.key(one, viewer))
    assert links.key(two, viewer) == other
    again = Links(store, store.folder)  # after a restart
    assert again.key(one, viewer) == links.key(one, viewer)
    assert again.query(two, viewer) == links.query(two, viewer)
    for act in (links.key, links.query, links.renew):
        with pytest.raises(ReadOnly):
            act(one, Viewer("somebody else", opened=frozenset({one.id})))


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = load_secret(tmp_path / "data")
    assert load_secret(tmp_path / "data") == first
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
    (tmp_path / "data" / "secret.key").write_bytes(b"")
    with pytest.raises(SecretError, match="is damaged"):
        load_secret(tmp_path / "data")


@pytest.mark.parametrize(
    ("headers", "foreign"),
    [
        ({}, False),  # a program
        ({"origin": "http://host:7860", "host": "host:7860"}, False),
        ({"origin": "https://host", "host": "host"}, False),
        ({"origin": "https://host", "host": "host:443"}, False),
        ({"origin": "http://host:1", "host": "host:2"}, True),
        ({"origin": "http://evil", "host": "host", "x-forwarded-host": "evil"}, True),
        ({"origin": "https://public", "host": "127.0.0.1:7860"}, False),  # a proxy's name
        ({"origin": "http://[::1", "host": "host"}, True),
        ({"origin": "null", "host": "null"}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://x", "host": "y"}, False),
        ({"sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, True),  # a form's POST
    ],
)
def test_what_comes_from_another_site(headers: dict[str, str], *, foreign: bool) -> None:
    assert is_foreign("POST", "/x", headers, ["public"]) is foreign


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost:7860", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("[::1]:1", True),
        ("192.168.1.5", True),  # an address cannot be rebound
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
        ("[", False),
        ("named", True),
    ],
)
def test_under_which_names_this_machine_answers(host: str, *, ours: bool) -> None:
    assert host_is_ours(host, ["named"]) is ours


def test_every_file_that_a_body_names_is_looked_at() -> None:
    body = rb'{"data": [{"a": [{"path": "b", "c": {"p\u0061th": "d"}}]}, "path e", {"path": 1}]}'
    assert set(file_paths(json_of(body))) == {"b", "d"}
    assert is_closed("/gradio_api/anything-new")
    assert not is_closed("/gradio_api/file=/tmp/https:/x.png")


def test_a_link_shows_one_generation_and_changes_none() -> None:
    friend = Viewer("browser:1", opened=frozenset({"a"}))
    assert friend.visible("user:ann", "a")
    assert not friend.visible("user:ann", "b")
    assert not friend.visible("user:ann")
    assert not friend.may_change("user:ann")
    assert friend.may_change("browser:1")


def snapshot(**changes: object) -> Snapshot:
    graph = {"3": {"class_type": "KSampler", "inputs": {"steps": 20}, "_meta": {"title": "Paint"}}}
    progress = dataclasses.replace(
        begin("0192", make_plan(graph)),
        phase=Phase.RUNNING,
        node="3",
        fraction=0.25,
        nodes={"3": NodeProgress(0.25, 5, 20)},
        outlook=Outlook(4.0, 100.0, 6.0),
    )
    fresh = Freshness(Link.LIVE)
    made = Snapshot(RECORD, progress, fresh, reached=0.25, as_of=103.0)
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type] # fields of a Snapshot


def test_a_message_says_where_a_generation_is() -> None:
    assert progress_shape(snapshot(), ("0191", "0192")) == {
        "type": "progress",
        "generationId": "0192",
        "promptId": "0192",
        "currentStep": 5,
        "totalSteps": 20,
        "percentage": 25.0,
        "imageIndex": 3,
        "totalImages": 4,
        "status": "Step 5 of 20",
        "node": "Paint",
        "etaSeconds": 7.0,
        "connection": "live",
        "waiting": None,
        "notice": "",
    }


def test_a_message_says_what_keeps_it_as_the_queue_does() -> None:
    full = "There is no room left on the disk."
    kept = snapshot(keeping=True, notice=full)
    assert progress_shape(kept, ())["notice"] == full
    assert entry_shape(kept, Entry(0))["notice"] == full


def test_the_time_left_stands_still_without_news() -> None:
    silent = Freshness(Link.UNREACHABLE, since=102.0)
    for now in (103.0, 200.0):
        still = snapshot(freshness=silent, as_of=as_of(snapshot().progress, silent, now))
        assert progress_shape(still, ())["etaSeconds"] == 8.0


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (Status.FINISHED, "complete", "Finished"),
        (Status.CANCELLED, "error", "Cancelled"),
        (Status.FAILED, "error", "Failed"),
        (Status.LOST, "error", "Lost"),
    ],
)
def test_the_last_message_says_how_it_ended(status: Status, kind: str, said: str) -> None:
    image = Image(0, "images/x.png", "0" * 64, 3, "image/png", thumbnail="t.webp")
    record = dataclasses.replace(RECORD, status=status, images=(image,))
    message = progress_shape(snapshot(record=record), ())
    assert (message["type"], message["status"]) == (kind, said)
    assert (message["etaSeconds"], message["node"]) == (None, "")
    if kind == "complete":
        assert message["percentage"] == 100.0
        assert message["images"][0]["thumbnail"] == "/api/images/0192/0?thumbnail"
    else:
        assert message["error"] == f"{said}."
        assert "images" not in message


def test_a_waiting_one_says_how_many_are_ahead() -> None:
    waiting = snapshot(progress=None, place=3)
    message = progress_shape(waiting, ())
    assert (message["status"], message["percentage"]) == ("Waiting: 2 jobs ahead", 0.0)
    assert message["waiting"] is not None
    assert message["waiting"]["why"] == "behind"
    assert message["waiting"]["ahead"] == 2


def test_one_that_the_server_is_done_with_does_not_wait() -> None:
    done = dataclasses.replace(begin("0192", make_plan({})), phase=Phase.SETTLING)
    message = progress_shape(snapshot(progress=done), ())
    assert message["status"] == "Fetching the images"


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("http://127.0.0.1:7860/", "http://127.0.0.1:7860/"),
        ("http://0.0.0.0:7860/", "http://127.0.0.1:7860/"),
        ("http://[::]:7860/", "http://[::1]:7860/"),
        ("https://gpu.example:443/x/", "https://gpu.example:443/x/"),
    ],
)
def test_the_start_names_an_address_that_a_browser_can_open(url: str, opened: str) -> None:
    assert address_to_open(url) == opened
