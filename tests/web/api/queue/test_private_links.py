"""What a private link opens, and to whom."""

import httpx

from comfy.demo.http.server import DemoServer
from tests.support.served import Served
from tests.web.api.queue.asking import ON_ONE, act, fill, key_of, waiting
from tests.web.conftest import Serve
from tests.web.generating import finish, generating, start


def test_a_private_link_changes_nothing(
    served: Served, ann: httpx.Client, bob: httpx.Client
) -> None:
    mine = fill(ann, served, 1)[0]
    key = key_of(ann, mine)
    for what in (*ON_ONE, "cancel"):
        answer = act(bob, mine, what, key)
        assert answer.status_code == 403
        assert answer.json()["error"].endswith(".")
    assert waiting(ann) == [mine]


def test_a_private_link_shows_one_generation_and_its_images_alone(
    served: Served, worker: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    shared, other = start(ann, served, prompt="shared"), start(ann, served, prompt="other")
    finish(ann, shared)
    finish(ann, other)
    key = key_of(ann, shared)
    paths = [f"/api/generations/{{}}?key={key}", f"/api/images/{{}}/0?key={key}"]
    paths += [f"/api/generate/progress?generationId={{}}&key={key}"]
    assert [bob.get(p.format(shared)).status_code for p in paths] == [200] * 3
    assert [bob.get(p.format(other)).status_code for p in paths] == [404] * 3
    assert [bob.get(p.format(shared)[:-3] + "xyz").status_code for p in paths] == [404] * 3
    assert "privateLink" not in bob.get(paths[0].format(shared)).json()
    assert bob.get("/api/generations").json()["generations"] == []


def test_the_page_of_a_private_link_opens_its_images_to_that_browser(
    served: Served, worker: DemoServer, ann: httpx.Client, bob: httpx.Client
) -> None:
    worker.faults.dead_worker = False
    shared = start(ann, served)
    finish(ann, shared)
    image, key = f"/api/images/{shared}/0", key_of(ann, shared)
    bob.get(f"/?job={shared}&key={key[:-1]}x").raise_for_status()
    assert bob.get(image).status_code == 404
    bob.get(f"/?job={shared}&key={key}").raise_for_status()
    assert bob.get(image).status_code == 200
    assert bob.delete(f"/api/generations/{shared}").status_code in (404, 405)
    stolen = next(c for c in bob.cookies.jar if c.name.startswith("stepglass_opened"))
    eve = served.person()
    eve.cookies.set(stolen.name, str(stolen.value))
    assert eve.get(image).status_code == 404, "the cookie holds for one browser alone"


def test_a_private_link_asks_strangers_to_log_in_first(serve: Serve, worker: DemoServer) -> None:
    worker.faults.dead_worker = False
    served = generating(serve, worker, auth=["ann:pw-ann", "bob:pw-bob"])
    ann = served.login()
    shared = start(ann, served)
    finish(ann, shared)
    link = f"/?job={shared}&key={key_of(ann, shared)}"
    stranger = served.browser()
    assert stranger.get(link, headers={"accept": "text/html"}).status_code == 401
    assert stranger.get(f"/api/images/{shared}/0?{link[2:]}").status_code == 401
    bob = served.login("bob", "pw-bob")
    assert bob.get(f"/api/images/{shared}/0").status_code == 404
    bob.get(link).raise_for_status()
    assert bob.get(f"/api/images/{shared}/0").status_code == 200
