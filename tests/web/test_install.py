"""What strangers may fetch of the installed app: its manifest and icons, nothing else by them."""

import io

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from web.install import SIZES, Install


@pytest.fixture
def client() -> TestClient:
    return TestClient(Starlette(routes=Install().routes()))


@pytest.mark.parametrize("size", SIZES)
def test_icons_have_their_size(client: TestClient, size: int) -> None:
    answer = client.get(f"/icons/{size}.png")
    assert Image.open(io.BytesIO(answer.content)).size == (size, size)


@pytest.mark.parametrize("name", ["64.png", "192", "..%2fmanifest.json", "192.png.exe"])
def test_there_are_no_other_icons(client: TestClient, name: str) -> None:
    assert client.get(f"/icons/{name}").status_code == 404


def test_the_manifest_names_icons_that_there_are(client: TestClient) -> None:
    manifest = client.get("/manifest.json")
    assert manifest.headers["content-type"] == "application/manifest+json"
    for icon in manifest.json()["icons"]:
        assert client.get(icon["src"].removeprefix(".")).status_code == 200
