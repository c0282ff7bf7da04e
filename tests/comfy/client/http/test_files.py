"""Files over HTTP: sent under a name of the server, and fetched whole or not at all."""

import gzip
from dataclasses import replace
from typing import Any

import pytest

from comfy.client.http.api import Api
from comfy.errors import (
    BadAnswer,
    ComfyError,
    Denied,
    NotFound,
    ServerFault,
    TooLarge,
    TurnedAway,
    Unanswered,
)
from comfy.protocol.events import OutputFile
from tests.comfy.client.http.asking import (
    PNG,
    failure,
    scripted,
)
from tests.comfy.client.wire import (
    http,
    saying,
)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"name": "a.png", "subfolder": "", "type": "input"}, "a.png"),
        ({"name": "a (1).png"}, "a (1).png"),
        ({"name": "a.png", "subfolder": "x/y"}, "x/y/a.png"),
    ],
)
def test_an_upload_has_the_name_that_the_server_gives_it(said: Any, name: str) -> None:
    with scripted({"POST /upload/image": said}) as (script, api):
        assert api.upload(PNG, "mine.png") == name
    _, body = script.asked[0]
    assert PNG in body
    assert b'name="type"\r\n\r\ninput' in body


def test_a_mask_has_a_route_of_its_own() -> None:
    with scripted({"POST /upload/mask": {"name": "m.png"}}) as (_, api):
        assert api.upload(PNG, "m.png", mask=True) == "m.png"


def test_a_file_name_cannot_add_a_field_to_an_upload() -> None:
    with scripted({"POST /upload/image": {"name": "a.png"}}) as (script, api):
        api.upload(PNG, 'a"\r\nX-Evil: 1\r\n\r\n.png')
    assert b"\r\nX-Evil" not in script.asked[0][1]


@pytest.mark.parametrize("said", [{}, {"name": ""}, {"name": 7}])
def test_an_upload_without_a_name_is_a_bad_answer(said: Any) -> None:
    with (
        scripted({"POST /upload/image": said}) as (_, api),
        pytest.raises(BadAnswer, match="as ComfyUI does"),
    ):
        api.upload(PNG, "a.png")


def fetched(api: Api, file: OutputFile) -> bytes:
    with api.view(file) as chunks:
        return b"".join(chunks)


FILE = OutputFile("9", "images", "a b&c.png", "sub/é")
VIEW = "GET /view?filename=a+b%26c.png&subfolder=sub%2F%C3%A9&type=output"


def test_a_file_comes_as_the_server_made_it() -> None:
    with scripted({VIEW: http(200, PNG, Content_Type="image/png")}) as (_, api):
        assert fetched(api, FILE) == PNG


def test_a_file_packed_for_the_way_is_unpacked() -> None:
    packed = http(200, gzip.compress(PNG), Content_Encoding="gzip")
    with scripted({VIEW: packed}) as (_, api):
        assert fetched(api, FILE) == PNG


def test_a_file_cut_short_is_no_file() -> None:
    with scripted({VIEW: http(200, PNG)[:-100]}) as (_, api), pytest.raises(Unanswered):
        fetched(api, FILE)


def test_a_giant_file_is_too_large() -> None:
    error = failure(saying(http(200, PNG)), lambda api: fetched(api, FILE), max_file=1000)
    assert type(error) is TooLarge


def test_a_web_page_is_no_picture() -> None:
    page = http(200, b"<html>Log in", Content_Type="text/html; charset=utf-8")
    error = failure(saying(page), lambda api: fetched(api, FILE))
    assert type(error) is BadAnswer
    with scripted({VIEW.replace("png", "html"): page}) as (_, api):
        assert fetched(api, replace(FILE, filename="a b&c.html")) == b"<html>Log in"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "text/plain"])
def test_what_a_proxy_says_is_no_picture_but_may_be_a_file_of_text(kind: str) -> None:
    answer = http(200, b'{"status": "starting"}', Content_Type=kind)
    error = failure(saying(answer), lambda api: fetched(api, FILE))
    assert type(error) is BadAnswer
    for ending in ("json", "latent"):
        with scripted({VIEW.replace("png", ending): answer}) as (_, api):
            file = replace(FILE, filename=f"a b&c.{ending}")
            assert fetched(api, file) == b'{"status": "starting"}'


@pytest.mark.parametrize(
    ("status", "file", "kind"),
    [
        (404, FILE, NotFound),
        (400, replace(FILE, filename="../../main.py"), NotFound),
        (403, replace(FILE, subfolder="../elsewhere"), NotFound),
        (403, replace(FILE, subfolder="/etc"), NotFound),
        (403, replace(FILE, subfolder="C:\\x"), NotFound),
        (403, FILE, Denied),
        (500, FILE, ServerFault),
        (302, FILE, TurnedAway),
    ],
)
def test_a_file_the_server_never_gives_out_is_told_from_one_it_does_not_give_now(
    status: int, file: OutputFile, kind: type[ComfyError]
) -> None:
    error = failure(saying(http(status)), lambda api: fetched(api, file))
    assert type(error) is kind
