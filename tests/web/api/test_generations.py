"""What was made: listed, searched, shown to whom it belongs, and its images served."""

import re
import time

from comfy.demo.http.server import DemoServer
from storage.files.kept_files import keep
from studio.access.viewer import Viewer
from tests.support.films import film
from tests.support.served import Served
from tests.web.conftest import ACCOUNTS, Serve
from tests.web.generating import ended, finish, follow, generating, start


def test_generations_are_listed_in_pages_and_searched(served: Served) -> None:
    client = served.browser()
    made = [start(client, served, prompt=f"fox {n} <b>", steps=1) for n in range(3)]
    for id_ in made:
        finish(client, id_)
    first = client.get("/api/generations?limit=2").json()
    assert [g["id"] for g in first["generations"]] == made[:0:-1]
    second = client.get(f"/api/generations?limit=2&before={first['before']}").json()
    assert [g["id"] for g in second["generations"]] == made[:1]
    assert second["before"] is None
    found = client.get("/api/generations", params={"q": "FOX 1"}).json()["generations"]
    assert [g["prompt"] for g in found] == ["fox 1 <b>"]
    for limit in ("0", "201", "x", "-1"):
        answer = client.get(f"/api/generations?limit={limit}")
        assert (answer.status_code, set(answer.json()["fields"])) == (422, {"limit"})


def test_one_generation_shows_all_that_made_it(served: Served) -> None:
    client = served.browser()
    shown = ended(client, start(client, served))
    assert shown["status"] == "finished"
    assert shown["request"]["prompt"] == "a red fox"
    assert shown["graph"]
    assert shown["progress"]["type"] == "complete"
    assert shown["createdAt"] <= shown["startedAt"] <= shown["finishedAt"] <= time.time()


def test_another_owner_sees_nothing(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth=ACCOUNTS)
    ann, bob = served.login(), served.login("bob", "pw-bob")
    id_ = start(ann, served)
    image = finish(ann, id_)["images"][0]["url"]
    assert ann.get(image).status_code == 200
    for path in (
        f"/api/generations/{id_}",
        f"/api/generate/progress?generationId={id_}",
        image,
        f"{image}?thumbnail",
    ):
        unknown = path.replace(id_, "0" * 36)
        assert bob.get(path).status_code == 404, path
        assert bob.get(path).text == bob.get(unknown).text, path
        assert served.browser().get(path).status_code == 401
    assert bob.post(f"/api/generations/{id_}/cancel").status_code == 404
    assert bob.get("/api/generations").json()["generations"] == []


def test_a_private_link_shows_but_does_not_change(served: Served) -> None:
    owner, friend = served.browser(), served.browser()
    id_ = start(owner, served, steps=20)
    anybody = Viewer("", is_admin=True)
    key = served.studio.links.key(served.studio.generations.seen(id_, anybody), anybody)
    messages = list(follow(friend, f"{id_}&key={key}"))
    assert messages[-1]["type"] == "complete"
    image = messages[-1]["images"][0]["url"]
    assert friend.get(image).status_code == 404
    assert friend.get(f"{image}?key={key}").status_code == 200
    assert friend.get(f"/api/generations/{id_}?key={key}").status_code == 200
    assert friend.get(f"/api/generations/{id_}?key={key[:-1]}x").status_code == 404
    assert friend.post(f"/api/generations/{id_}/cancel?key={key}").status_code == 403


def test_images_are_cached_privately_and_served_in_parts(served: Served) -> None:
    client = served.browser()
    image = finish(client, start(client, served, steps=1))["images"][0]
    whole = client.get(image["url"])
    assert whole.headers["content-type"] == "image/png"
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.headers["content-disposition"].startswith("inline")
    tag = whole.headers["etag"]
    assert client.get(image["url"], headers={"If-None-Match": tag}).status_code == 304
    head = client.head(image["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) == len(whole.content) == image["bytes"]
    part = client.get(image["url"], headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, whole.content[:8])
    small = client.get(image["thumbnail"])
    assert small.headers["content-type"] == "image/webp"
    assert small.headers["etag"] != tag
    download = client.get(f"{image['url']}?download").headers["content-disposition"]
    assert download.startswith("attachment")
    for path in ("/api/images/x/0", f"{image['url']}7", "/api/images/../secret.key/0"):
        assert client.get(path).status_code == 404


def test_a_video_gives_frames_to_its_owner_alone(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine, auth=ACCOUNTS)
    ann, bob = served.login(), served.login("bob", "pw-bob")
    id_ = start(ann, served)
    finish(ann, id_)
    store = served.studio.generations._store
    film_, broken = (
        keep(store.folder, id_, number, data, "a.mp4")
        for number, data in ((5, film()), (6, b"\0\0\0\x18ftypisom" + b"\0" * 99))
    )
    record = store.generations.get(id_)
    assert record is not None
    store.generations.change(id_, images=(*record.images, film_, broken))
    url = f"/api/images/{id_}/5"
    for query, media in (("?thumbnail", "webp"), ("?storyboard", "webp"), ("?frame=last", "png")):
        answer = ann.get(url + query)
        assert (answer.status_code, answer.headers["content-type"]) == (200, f"image/{media}")
        assert bob.get(url + query).status_code == 404
        broke = ann.get(f"/api/images/{id_}/6{query}")
        assert broke.status_code in (404, 409)
        assert "cannot be read" in broke.json()["error"]
    assert ann.get(f"{url}?frame=middle").status_code == 409
    assert ann.get(f"/api/images/{id_}/0?storyboard").status_code == 409


def test_metrics_count_what_happened(serve: Serve, engine: DemoServer) -> None:
    served = generating(serve, engine)
    client = served.browser()
    finish(client, start(client, served, steps=8))
    text = client.get("/metrics").text
    assert 'stepglass_generations{status="finished"} 1.0' in text
    assert 'stepglass_generation_seconds_bucket{le="+Inf"} 1.0' in text
    assert "stepglass_generation_seconds_count 1.0" in text
    assert "stepglass_steps_per_second_count 1.0" in text
    assert "stepglass_queue_length 0.0" in text
    assert re.search(r'link="live".* 1\.0', text), [x for x in text.splitlines() if "server" in x]
    assert "process_resident_memory_bytes" in text
