"""Each fault does what it says, over real sockets."""

import json
import socket
import struct

import httpx
import pytest
import websocket

from comfy.demo.http.server import DemoServer
from tests.comfy.demo.client import Client, eventually, is_event, txt2img

GONE = (websocket.WebSocketException, OSError)


@pytest.mark.parametrize("stage", ["queued", "loading", "step:3", "finishing"])
def test_the_socket_drops_at_a_stage_and_the_run_goes_on(
    server: DemoServer, client: Client, stage: str
) -> None:
    server.faults.at(stage, "drop")
    prompt_id = client.post(txt2img())
    with pytest.raises(GONE):
        client.until_over(prompt_id)
    eventually(lambda: bool(client.history(prompt_id)))
    assert client.history(prompt_id)["status"]["status_str"] == "success"
    assert server.faults.injected[f"drop@{stage}"] == 1


def test_a_half_open_socket_answers_no_ping(server: DemoServer, client: Client) -> None:
    client.receive()
    server.faults.do("silence")
    client.socket.ping()
    client.post(txt2img())
    client.socket.settimeout(0.3)
    with pytest.raises(websocket.WebSocketTimeoutException):
        client.socket.recv_data_frame(control_frame=True)
    other = Client(server, client.client_id)
    assert is_event("status")(other.receive())
    other.close()


def test_a_clobbered_socket_answers_pings_and_nothing_else(
    server: DemoServer, client: Client
) -> None:
    client.receive()
    server.faults.do("clobber")
    prompt_id = client.post(txt2img())
    eventually(lambda: bool(client.history(prompt_id)))
    client.socket.ping()
    opcode, _ = client.socket.recv_data_frame(control_frame=True)
    assert opcode == websocket.ABNF.OPCODE_PONG


def test_who_hangs_up_before_the_answer_leaves_no_traceback(
    server: DemoServer, caplog: pytest.LogCaptureFixture
) -> None:
    asked = (
        b"GET /ws?clientId=x HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n"
    )
    key = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    for _ in range(50):
        with socket.create_connection(
            (httpx.URL(server.url).host, httpx.URL(server.url).port or 0)
        ) as hasty:
            hasty.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            hasty.sendall(asked + key)
    assert httpx.get(f"{server.url}/queue", trust_env=False).status_code == 200
    assert not [record for record in caplog.records if record.exc_info]


def test_a_second_socket_takes_over(server: DemoServer, client: Client) -> None:
    client.receive()
    second = Client(server, client.client_id)
    prompt_id = second.post(txt2img())
    second.until_over(prompt_id)
    client.socket.settimeout(0.1)
    with pytest.raises(websocket.WebSocketTimeoutException):
        client.receive()
    second.close()


def test_an_answer_that_is_lost_was_still_an_accepted_prompt(
    server: DemoServer, client: Client
) -> None:
    server.faults.route("/prompt", method="POST", after=True, lost=True, count=1)
    with pytest.raises(httpx.TransportError):
        client.http.post("/prompt", json={"prompt": txt2img()})
    assert len(server.books.all()) == 1
    client.post(txt2img())


@pytest.mark.parametrize("after", [False, True])
def test_a_slow_post_takes_effect_before_or_after_its_delay(
    server: DemoServer, client: Client, *, after: bool
) -> None:
    server.faults.route("/prompt", method="POST", delay=0.5, after=after, count=1)
    with pytest.raises(httpx.ReadTimeout):
        client.http.post("/prompt", json={"prompt": txt2img()}, timeout=0.2)
    if not after:
        assert server.books.all() == []
    eventually(lambda: len(server.books.all()) == 1)


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_route_answers_with_a_status_for_a_while(
    server: DemoServer, client: Client, status: int
) -> None:
    server.faults.route("/queue", status=status, seconds=0.3)
    assert client.http.get("/queue").status_code == status
    assert client.http.get("/api/queue").status_code == status
    assert client.http.get("/prompt").status_code == 200
    eventually(lambda: client.http.get("/queue").status_code == 200)


def test_a_proxy_answers_in_html(server: DemoServer, client: Client) -> None:
    server.faults.route(html=True, count=1)
    answer = client.http.get("/history")
    assert answer.status_code == 502
    assert answer.headers["content-type"].startswith("text/html")
    assert client.http.get("/history").json() == {}


def test_a_view_is_cut_short(server: DemoServer, client: Client) -> None:
    prompt_id, _ = client.run(txt2img())
    file = client.history(prompt_id)["outputs"]["9"]["images"][0]
    server.faults.route("/view", keep=0.5, count=1)
    with pytest.raises(httpx.TransportError):
        client.http.get("/view", params=file)
    assert client.http.get("/view", params=file).content.startswith(b"\x89PNG")


def test_history_comes_late(server: DemoServer, client: Client) -> None:
    server.faults.history_delay = 0.4
    prompt_id = client.post(txt2img())
    client.until(is_event("execution_success"))
    assert client.history(prompt_id) == {}
    assert [e[1] for e in client.http.get("/queue").json()["queue_running"]] == [prompt_id]
    client.until_over(prompt_id)
    assert client.history(prompt_id)


def test_garbage_reaches_the_socket_and_the_run_goes_on(server: DemoServer, client: Client) -> None:
    client.receive()
    server.faults.do("garbage", giant=2**20)
    largest = 0
    while largest < 2**20:
        largest = max(largest, len(client.socket.recv()))
    client.run(txt2img())


def test_a_restart_forgets_queue_and_history(server: DemoServer, client: Client) -> None:
    done, _ = client.run(txt2img())
    running = client.post(txt2img(steps=400))
    client.until(is_event("progress"))
    waiting = client.post(txt2img(seed=3))
    url = server.url
    server.faults.do("restart", seconds=0.2)
    assert server.url == url
    with pytest.raises(GONE):
        client.until_over(running)
    assert client.http.get("/queue").json() == {"queue_running": [], "queue_pending": []}
    assert [client.history(i) for i in (done, running, waiting)] == [{}, {}, {}]
    assert [e.outcome for e in server.books.all()] == ["success", "forgotten", "forgotten"]
    client.connect()
    client.run(txt2img())


def test_connections_are_refused_and_then_taken_again(server: DemoServer, client: Client) -> None:
    server.faults.at("step:2", "refuse")
    with pytest.raises(GONE):
        client.run(txt2img())
    eventually(lambda: httpx.get(f"{server.url}/queue", trust_env=False).status_code == 200)


def test_a_node_raises_as_told(server: DemoServer, client: Client) -> None:
    server.faults.out_of_memory("KSampler")
    _, frames = client.run(txt2img())
    error = next(f for f in frames if is_event("execution_error")(f))
    assert isinstance(error, dict)
    assert error["data"]["exception_type"] == "torch.OutOfMemoryError"
    assert error["data"]["traceback"]
    _, frames = client.run(txt2img())
    assert any(is_event("execution_success")(f) for f in frames)


def test_a_dead_worker_answers_and_runs_nothing(server: DemoServer, client: Client) -> None:
    server.faults.dead_worker = True
    prompt_id = client.post(txt2img(), number=1)
    for _ in range(5):
        queue = client.http.get("/queue").json()
    assert prompt_id in json.dumps(queue)
    assert client.history(prompt_id) == {}
    server.faults.clear()
    client.until_over(prompt_id)


def test_faults_can_be_set_over_http(client: Client) -> None:
    body = {"routes": [{"path": "/queue", "status": 500, "count": 1}], "at": {"ended": "drop"}}
    assert client.http.post("/demo/faults", json=body).status_code == 200
    assert client.http.get("/queue").status_code == 500
    client.post(txt2img())
    with pytest.raises(GONE):
        client.until(lambda _: False)
    assert client.http.get("/demo/faults").json()["drop@ended"] == 1
    assert client.http.get("/demo/books").json()[0]["outcome"] == "success"
    assert client.http.post("/demo/faults", json={"nonsense": 1}).status_code == 400


def test_without_faults_asked_for_there_is_no_such_route() -> None:
    with DemoServer() as server:
        assert httpx.get(f"{server.url}/demo/faults", trust_env=False).status_code == 404
