"""What is no request is refused in one sentence, field by field."""

import base64
import json
from typing import Any

import pytest

from tests.support.served import Served
from tests.web.conftest import Serve
from tests.web.generating import request_for


@pytest.mark.parametrize(
    ("fields", "wrong", "said"),
    [
        ({"steps": 0}, "steps", "greater than or equal to 1"),
        ({"steps": "many"}, "steps", "valid integer"),
        ({"negativePrompt": "x" * 100_001}, "negativePrompt", "at most 100000 characters"),
        ({"prompt": "a\x00b"}, "prompt", "U+0000"),
        ({"seed": 2**64}, "seed", "less than or equal to 18446744073709551615"),
        ({"stepz": 3}, "stepz", "no such field"),
        ({"width": 8192, "height": 8192}, "width", "megapixels"),
        ({"cfg": 1e300}, "cfg", "less than or equal to 100"),
        ({"image": "data:image/png;base64,!!!"}, "image", "base64"),
        ({"image": base64.b64encode(b"no picture" * 50).decode()}, "image", "no image"),
    ],
)
def test_each_bad_field_is_named(
    served: Served, fields: dict[str, Any], wrong: str, said: str
) -> None:
    body = json.dumps(request_for(served, **fields))
    answer = served.browser().post("/api/generate", content=body)
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error", "fields"}
    assert set(answer.json()["fields"]) == {wrong}
    assert said in answer.json()["fields"][wrong]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"cfg": Infinity}', 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"{}", 409),  # no server has said yet what it has
        (b" " * 3_000_000, 413),
    ],
)
def test_a_body_that_is_no_request_is_answered_in_one_sentence(
    share: Serve, body: bytes, status: int
) -> None:
    answer = share(addresses=(), max_upload_mb=1).browser().post("/api/generate", content=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"].endswith(".")
