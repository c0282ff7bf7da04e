"""Missing files fetched by a real engine from a real address, to every kind of end."""

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comfy.client.http.address import parse_address
from comfy.demo.engine.downloads import NOTE
from comfy.demo.http.server import DemoServer
from comfy.demo.settings import EngineSettings
from comfy.errors import ComfyError
from comfy.workflow.wanted.files import WantedFile
from studio.access.viewer import GUEST, ONE, Viewer
from studio.errors import StudioError
from studio.fetching.fetch import Fetch
from studio.fetching.patience import Patience
from studio.studio import Studio
from tests.support import environment
from tests.support.cadences import BRISK
from tests.support.sources import Answer, Source, as_json
from tests.support.stores import open_store
from tests.support.waiting import until

ME, GUEST_ONE = Viewer(ONE), Viewer(f"{GUEST}x")
BODY = b"weights" * 5_000
HASH = hashlib.sha256(BODY).hexdigest()
NAME = "ae-new.safetensors"

Run = Callable[..., Studio]


@pytest.fixture
def source() -> Iterator[Source]:
    with Source() as server:
        yield server


@pytest.fixture
def engine() -> Iterator[DemoServer]:
    with DemoServer(EngineSettings(step_seconds=0.004, faults=True)) as server:
        yield server


@pytest.fixture
def run(tmp_path: Path, source: Source) -> Iterator[Run]:
    """Start a studio before the servers at some addresses; the last one is ended first."""
    running: list[Studio] = []

    def start(*urls: str, **chosen: object) -> Studio:
        while running:
            running.pop().close()
        chosen = {"model_hosts": [source.url, "huggingface.co"], "people": "one", **chosen}
        settings = environment.settings(tmp_path / "data", **chosen)
        addresses = [parse_address(url) for url in urls]
        studio = Studio(settings, addresses, open_store(tmp_path / "data"), BRISK)
        running.append(studio)
        studio.start()
        with contextlib.suppress(ComfyError):
            studio.servers.refresh()  # some of these servers have nothing but what fetches
        return studio

    yield start
    for one in running:
        one.close()


def wanted(url: str, sha256: str = "") -> WantedFile:
    return WantedFile(NAME, "vae", url, sha256)


def ended(studio: Studio, fetch: Fetch) -> Fetch:
    """It, once it is over."""

    def now() -> Fetch:
        return next(one for one in studio.fetching.all(ME) if one.id == fetch.id)

    until(lambda: now().is_over)
    return now()


def test_a_file_is_fetched_and_can_be_chosen(run: Run, engine: DemoServer, source: Source) -> None:
    studio = run(engine.url)
    held = threading.Event()
    url = source.serve("/ae", BODY, held=held)
    offer = studio.fetching.look(ME, wanted(url, HASH))
    assert (offer.size, offer.why_not, offer.trouble) == (len(BODY), "", "")
    fetch = studio.fetching.fetch(ME, wanted(url, HASH))
    until(lambda: (studio.fetching.all(ME)[0].received or 0) > 0)
    half = studio.fetching.all(ME)[0]
    assert half.fraction is not None
    assert 0 < half.fraction < 1
    assert studio.fetching.fetch(ME, wanted(url, HASH)).id == fetch.id  # the same press again
    held.set()
    done = ended(studio, fetch)
    assert (done.stage, done.checked, done.received) == ("done", True, len(BODY))
    assert done.sentence == "It is there, and its hash is right."
    until(lambda: studio.workflows.catalogue.choices("VAELoader", "vae_name").count(NAME))
    with pytest.raises(StudioError, match="already"):
        studio.fetching.fetch(ME, wanted(url))


@pytest.mark.parametrize(
    ("answer", "sha256", "says"),
    [
        (Answer(BODY), "b" * 64, "another hash"),
        (Answer(status=404), "", "no such file at its address"),
        (Answer(status=403), "", "without a login"),
        (Answer(BODY, cut=True), "", "could not fetch it"),
    ],
)
def test_each_failure_is_said(
    run: Run, engine: DemoServer, source: Source, answer: Answer, sha256: str, says: str
) -> None:
    studio = run(engine.url)
    source.answers |= {"GET /ae": answer, "HEAD /ae": answer}
    done = ended(studio, studio.fetching.fetch(ME, wanted(f"{source.url}/ae", sha256)))
    assert (done.stage, says in done.sentence) == ("failed", True), done.sentence
    assert NAME not in studio.workflows.catalogue.choices("VAELoader", "vae_name")


def test_a_download_is_cancelled(run: Run, engine: DemoServer, source: Source) -> None:
    studio = run(engine.url)
    held = threading.Event()
    url = source.serve("/ae", BODY, held=held)
    fetch = studio.fetching.fetch(ME, wanted(url))
    until(lambda: (studio.fetching.all(ME)[0].received or 0) > 0)
    studio.fetching.cancel(ME, fetch.id)
    assert ended(studio, fetch).stage == "cancelled"
    held.set()


def test_a_server_that_restarts_has_forgotten_it(
    run: Run, engine: DemoServer, source: Source
) -> None:
    studio = run(engine.url)
    held = threading.Event()
    url = source.serve("/ae", BODY, held=held)
    fetch = studio.fetching.fetch(ME, wanted(url))
    engine.faults.do("restart")
    done = ended(studio, fetch)
    held.set()
    assert done.stage == "failed"
    assert "it may have restarted. Fetch it again." in done.sentence


def test_it_is_followed_by_the_next_run_of_stepglass(
    run: Run, engine: DemoServer, source: Source
) -> None:
    held = threading.Event()
    url = source.serve("/ae", BODY, held=held)
    fetch = run(engine.url).fetching.fetch(ME, wanted(url))
    studio = run(engine.url)
    assert not next(one for one in studio.fetching.all(ME) if one.id == fetch.id).is_over
    held.set()
    assert ended(studio, fetch).stage == "done"


def test_the_demo_says_that_it_fetches_nothing_from_the_internet(
    run: Run, engine: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comfy.demo.engine.downloads.STAND_IN_SECONDS", 0.01)
    studio = run(engine.url, model_hosts=["models.invalid"])
    done = ended(studio, studio.fetching.fetch(ME, wanted("https://models.invalid/ae")))
    assert (done.stage, done.received, done.fraction) == ("done", None, None)
    assert NOTE in done.sentence


def test_a_file_that_needs_a_licence_is_told_with_its_page(run: Run, source: Source) -> None:
    studio = run(source.url)
    source.serve("/ae", status=401)
    offer = studio.fetching.look(ME, wanted(f"{source.url}/ae"))
    assert offer.trouble == "It is not given out without a login."


def test_a_redirect_to_another_host_or_to_this_machine_is_not_followed(
    run: Run, source: Source
) -> None:
    studio = run(source.url)
    for target in ("https://evil.example/x", "http://127.0.0.1:1/x", "https://127.0.0.1/x"):
        source.serve("/ae", status=302, headers={"Location": target})
        studio = run(source.url)
        file = wanted(f"{source.url}/ae")
        offer = studio.fetching.look(ME, file)
        assert offer.why_not.startswith("Its address leads elsewhere."), offer
        with pytest.raises(StudioError, match="leads elsewhere"):
            studio.fetching.fetch(ME, file)


def test_a_server_without_a_route_leaves_the_command(run: Run, source: Source) -> None:
    source.serve("/ae", BODY)
    offer = run(source.url).fetching.look(ME, wanted(f"{source.url}/ae"))
    assert offer.why_not == "No server fetches models by itself: use the command."
    assert offer.shell.startswith(
        "curl -g -L --fail --create-dirs -o models/vae/ae-new.safetensors "
    )


def test_a_route_that_vanishes_is_said(run: Run, source: Source) -> None:
    source.answers["POST /api/models/download"] = as_json({"error": "empty"}, 400)
    source.serve("/ae", BODY)
    studio = run(source.url)
    assert studio.fetching.look(ME, wanted(f"{source.url}/ae")).why_not == ""
    del source.answers["POST /api/models/download"]
    with pytest.raises(StudioError, match="no way to fetch models any more"):
        studio.fetching.fetch(ME, wanted(f"{source.url}/ae"))


def test_a_full_disk_is_said_as_one(run: Run, source: Source) -> None:
    error = {"status": "error", "error": "[Errno 28] No space left on device"}
    source.answers |= {
        "POST /api/models/download": lambda asked: (
            as_json({"task_id": "t", "status": "pending"}, 202)
            if asked.data
            else as_json({"error": "empty"}, 400)
        ),
        "GET /api/models/download/t": as_json(error),
    }
    source.serve("/ae", BODY)
    studio = run(source.url)
    done = ended(studio, studio.fetching.fetch(ME, wanted(f"{source.url}/ae")))
    assert "is full: make room there" in done.sentence


def test_what_comes_by_batch_is_followed_by_its_answer(run: Run, source: Source) -> None:
    held = threading.Event()
    last = Answer(b'{"results": [{"status": "downloaded"}]}', held=held)
    source.answers |= {
        "POST /experiment/models/download_missing": lambda asked: (
            last if asked.data else as_json({"error": "empty"}, 400)
        ),
        "GET /models/vae": as_json([]),
    }
    source.serve("/ae", BODY)
    studio = run(source.url)
    fetch = studio.fetching.fetch(ME, wanted(f"{source.url}/ae"))
    assert (fetch.stage, fetch.fraction, fetch.can_cancel) == ("waiting", None, False)
    source.answers["GET /models/vae"] = as_json([NAME])
    held.set()
    assert ended(studio, fetch).stage == "done"


def test_a_server_that_is_gone_before_it_answers_an_order_ends_the_bar(
    run: Run, source: Source
) -> None:
    held = threading.Event()
    last = Answer(b'{"results": [{"status": "downloaded"}]}', held=held)
    source.answers |= {
        "POST /experiment/models/download_missing": lambda asked: (
            last if asked.data else as_json({"error": "empty"}, 400)
        ),
        "GET /models/vae": as_json([]),
    }
    source.serve("/ae", BODY)
    studio = run(source.url)
    studio.fetching._fetches._patience = Patience(look=0.05, away=0.2)
    # Of all that ComfyUI answers this one knows nothing else: for Stepglass it is not there.
    fetch = studio.fetching.fetch(ME, wanted(f"{source.url}/ae"))
    found = ended(studio, fetch)
    assert found.stage == "failed"
    assert "has not answered for long" in found.sentence
    held.set()


def test_a_file_of_the_same_name_in_another_folder_is_not_taken_for_it(
    run: Run, source: Source
) -> None:
    source.answers |= {
        "POST /experiment/models/download_missing": lambda asked: (
            Answer(b'{"results": [{"status": "failed", "error": "of no matter"}]}')
            if asked.data
            else as_json({"error": "empty"}, 400)
        ),
        "GET /models/vae": as_json([f"other/{NAME}"]),
    }
    source.serve("/ae", BODY)
    studio = run(source.url)
    done = ended(studio, studio.fetching.fetch(ME, wanted(f"{source.url}/ae")))
    assert "of no matter" in done.sentence
    source.answers["GET /models/vae"] = as_json([NAME])
    with pytest.raises(StudioError, match="already"):
        studio.fetching.fetch(ME, wanted(f"{source.url}/ae"))


def test_only_who_runs_the_server_may_have_anything_fetched(
    run: Run, engine: DemoServer, source: Source
) -> None:
    url = source.serve("/ae", BODY)
    accounts = ["ann:pw-ann", "bob:pw-bob"]
    ann, bob, browser = Viewer("user:ann"), Viewer("user:bob"), Viewer("browser:x")
    shared = run(engine.url, people="browsers").fetching
    assert [shared.may(one) for one in (ME, GUEST_ONE, browser)] == [False] * 3
    assert [run(engine.url).fetching.may(one) for one in (ME, GUEST_ONE)] == [True, False]
    fetching = run(engine.url, auth=accounts, people="", installers=["bob"]).fetching
    assert [fetching.may(one) for one in (ME, ann, bob)] == [False, False, True]
    assert fetching.look(ann, wanted(url)).why_not.startswith("Only whoever runs this server")
    with pytest.raises(StudioError, match="Only whoever runs"):
        fetching.fetch(ann, wanted(url))
    with pytest.raises(StudioError, match="Only whoever runs"):
        fetching.install(ann, "kjnodes")
    with pytest.raises(StudioError, match="Only whoever runs"):
        fetching.cancel(ann, "x")
    fetching.fetch(bob, wanted(url))
    assert (len(fetching.all(bob)), fetching.all(ann)) == (1, [])
