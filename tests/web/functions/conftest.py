"""Programs on the shared site."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client  # type: ignore[import-untyped] # ships no types

from tests.support.served import Served
from tests.web.presets import Program, program

Connect = Callable[..., Client]


@pytest.fixture
def ann(served: Served) -> Program:
    """A program with the token of somebody who has kept one preset."""
    ann = program(served)
    ann.save()
    return ann


@pytest.fixture
def connect(served: Served, tmp_path: Path) -> Iterator[Connect]:
    """Connect gradio_client as a program, or as a stranger."""
    opened: list[Client] = []

    def connected(who: Program | None = None, **options: Any) -> Client:
        client = Client(
            served.url,
            verbose=False,
            headers=who.headers if who else None,
            download_files=tmp_path / f"downloads{len(opened)}",
            analytics_enabled=False,
            **options,
        )
        opened.append(client)
        return client

    yield connected
    for client in opened:
        client.close()
