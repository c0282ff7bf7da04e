"""What a server loses, by a restart or by somebody's hand, and what its books then say."""

from comfy.demo.http.server import DemoServer
from tests.comfy.demo.client import Client, eventually, txt2img


def finish(client: Client) -> str:
    """Run a prompt to the end of its books."""
    prompt_id, _ = client.run(txt2img())
    eventually(lambda: bool(client.history(prompt_id)))
    return prompt_id


def test_a_restart_may_keep_the_history_and_the_files(server: DemoServer, client: Client) -> None:
    prompt_id = finish(client)
    server.faults.do("restart", keep_history=True)
    assert client.history(prompt_id)["status"]["completed"]
    entry = server.books.get(prompt_id)
    assert entry
    assert (entry.outcome, entry.completed, entry.is_forgotten) == ("success", 1, False)
    assert [path.name for path in (server.folder / "output").iterdir()] == list(entry.files)


def test_a_restart_may_lose_the_files_too(server: DemoServer, client: Client) -> None:
    prompt_id = finish(client)
    server.faults.do("restart", keep_output=False)
    assert not client.history(prompt_id)
    assert not list((server.folder / "output").iterdir())


def test_files_are_wiped_while_the_server_runs(server: DemoServer, client: Client) -> None:
    prompt_id = finish(client)
    server.faults.do("wipe")
    (file,) = client.history(prompt_id)["outputs"]["9"]["images"]
    assert client.http.get("/view", params=file).status_code == 404


def test_whoever_clears_the_history_is_in_the_books(server: DemoServer, client: Client) -> None:
    first, second = finish(client), finish(client)
    client.http.post("/history", json={"delete": [first]})
    assert not client.history(first)
    assert client.history(second)
    server.faults.do("clear", history=True)
    assert not client.history(second)
    entries = server.books.all()
    assert [(e.completed, e.forgotten, e.is_forgotten) for e in entries] == [(0, 1, True)] * 2


def test_the_queue_is_cleared_at_a_stage(server: DemoServer, client: Client) -> None:
    server.faults.at("step:1", "clear")
    first, second = client.post(txt2img()), client.post(txt2img(seed=6))
    eventually(lambda: bool(client.history(first)))
    entry = server.books.get(second)
    assert entry
    assert entry.outcome == "deleted"


def test_the_books_know_what_was_written_before_anybody_hears_of_it(
    server: DemoServer, client: Client
) -> None:
    server.faults.history_delay = 60.0
    prompt_id = client.post(txt2img())
    client.until(lambda frame: isinstance(frame, dict) and frame["type"] == "execution_success")
    entry = server.books.get(prompt_id)
    assert entry
    assert len(entry.digests) == 1
    assert not entry.outcome


def test_json_of_somebody_else_is_answered_in_place_of_the_true_answer(
    server: DemoServer, client: Client
) -> None:
    server.faults.route("/queue", body={"status": "starting"}, count=1)
    assert client.http.get("/queue").json() == {"status": "starting"}
    assert client.http.get("/queue").json() == {"queue_running": [], "queue_pending": []}
