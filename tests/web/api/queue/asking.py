"""The queue as a program asks for it."""

from typing import Any

import httpx

from tests.support.served import Served
from tests.web.generating import start

ON_ONE = ("hold", "release", "move", "priority", "retry", "again")
BODIES: dict[str, Any] = {"move": {"by": -1}, "priority": {"priority": 1}}


def queue_of(client: httpx.Client) -> Any:
    return client.get("/api/queue").raise_for_status().json()


def waiting(client: httpx.Client) -> list[str]:
    return [e["generation"]["id"] for e in queue_of(client)["entries"] if e["place"]]


def fill(client: httpx.Client, served: Served, count: int) -> list[str]:
    """Start *count* generations with the owner's queue paused, so that all wait here."""
    client.post("/api/queue/pause").raise_for_status()
    return [start(client, served, prompt=f"number {n}") for n in range(count)]


def act(client: httpx.Client, id_: str, what: str, key: str = "") -> httpx.Response:
    query = f"?key={key}" if key else ""
    return client.post(f"/api/generations/{id_}/{what}{query}", json=BODIES.get(what, {}))


def key_of(client: httpx.Client, id_: str) -> str:
    link = str(client.get(f"/api/generations/{id_}").json()["privateLink"])
    assert link.startswith(f"/?job={id_}&key=")
    return link.rpartition("=")[2]
