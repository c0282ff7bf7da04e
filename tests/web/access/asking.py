"""Asking a site who one is, and to be let in."""

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx


def owner(client: httpx.Client, **options: Any) -> str:
    """Who the page's handler says is asking: the first part of its answer."""
    body = {"data": ["x"], "session_hash": uuid.uuid4().hex}  # a page of its own
    answer = client.post("/gradio_api/run/who", json=body, **options)
    answer.raise_for_status()
    return str(answer.json()["data"][0]).split()[0]


def at_once(times: int, ask: Callable[[int], httpx.Response]) -> set[int]:
    """Ask so many times, and return the statuses.

    All at once, for each refusal is held back longer than the one before.
    """
    with ThreadPoolExecutor(times) as pool:
        return {answer.status_code for answer in pool.map(ask, range(times))}
