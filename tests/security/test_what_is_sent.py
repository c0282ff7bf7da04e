"""What people send is counted, and refused before it is read where there is no room for it."""

import httpx
import pytest

from studio.uploads import uploads
from studio.uploads.allowance import Allowance
from tests.security.conftest import Fortress
from tests.security.person import Person


def sent(person: Person, size: int) -> httpx.Response:
    return person.client.post("/gradio_api/upload", files={"files": ("a.bin", b"x" * size)})


def test_who_has_sent_too_much_waits_and_nobody_else_does(
    fortress: Fortress, ann: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fortress.studio, "allowance", Allowance(500_000))
    assert sent(bob, 300_000).status_code == 200
    assert sent(bob, 300_000).status_code == 200
    refused = sent(bob, 10)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600
    assert "within an hour" in refused.json()["error"]
    assert bob.client.post("/api/generate", json={"prompt": "x"}).status_code == 429
    assert bob.client.get("/api/generations").status_code == 200
    assert sent(ann, 300_000).status_code == 200


def test_a_full_disk_takes_no_upload_and_says_so(
    bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "RESERVE", 2**60)
    refused = sent(bob, 200_000)
    assert refused.status_code == 507
    assert "no room" in refused.json()["error"]
    parts = (b"x" * 100 for _ in range(5))  # sent in chunks, without a length
    assert bob.client.post("/gradio_api/upload", content=parts).status_code == 507
    assert bob.client.post("/api/queue/resume").status_code == 200
