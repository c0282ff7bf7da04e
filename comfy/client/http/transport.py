"""HTTP to one server: the only user of httpx. Its errors stop here, with a sentence for each.

No answer is read beyond a limit, nor for longer than it may take.
"""

import json
import math
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from comfy.client.http.address import Address
from comfy.client.http.hangup import Hangup
from comfy.client.timeouts import Cadence
from comfy.errors import BadAnswer, TooLarge, Unanswered, Unreachable
from comfy.protocol.http_status import read_status, unreachable

Json = dict[str, Any]
Answer = httpx.Response
STRANGE = "does not answer as ComfyUI does: check its address."


class Transport:
    """Requests to *address*, from any thread; `close` ends those under way."""

    def __init__(self, address: Address, cadence: Cadence, *, max_json: int) -> None:
        self._where = address.label
        self._cadence = cadence
        self._max_json = max_json
        self._hangup = Hangup()
        self._client = httpx.Client(
            base_url=address.url,
            headers=dict(address.headers),
            timeout=httpx.Timeout(cadence.answer, connect=cadence.connect),
            # A proxy from the environment has no business between us and this machine; the
            # certificates that it names do.
            trust_env=not address.is_loopback,
            verify=_trust(is_needed=not address.is_loopback or address.url.startswith("https")),
        )

    def close(self) -> None:
        """End all requests under way, and refuse new ones. Returns at once."""
        self._hangup.hang_up()
        self._client.close()

    @contextmanager
    def send(self, method: str, path: str, **kwargs: Any) -> Iterator[httpx.Response]:
        """Send a request and stream its answer; httpx's errors stop here."""
        where = self._where
        if self._hangup.over:
            raise Unreachable(f"{where} is not asked any more: Stepglass is ending.")
        kwargs["extensions"] = {"trace": self._hangup.trace}
        try:
            with self._client.stream(method, path, **kwargs) as answer:
                yield answer
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise unreachable(where, error) from error
        except httpx.TimeoutException as error:
            raise Unanswered(
                f"{where} did not answer in time: it may be busy; look again in a moment."
            ) from error
        except httpx.TransportError as error:
            raise Unanswered(
                f"{where} closed the connection before it had answered: see its log, and check "
                "whether its address begins with http or https."
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise BadAnswer(
                f"{where} answers in a way that cannot be read: check that its address is that of "
                "ComfyUI itself."
            ) from error
        except RuntimeError as error:
            if not self._hangup.over:
                raise
            raise Unreachable(f"{where} is not asked any more: Stepglass is ending.") from error

    def check(self, answer: httpx.Response) -> None:
        """Raise what the status means; return where it means well."""
        trouble = read_status(answer.status_code, self._where, answer.request.url.path)
        if trouble:
            raise trouble

    def object(self, answer: httpx.Response) -> Json:
        """The JSON object that came, where the status means well. Raises ComfyError."""
        self.check(answer)
        return self.json(answer)

    @property
    def patience(self) -> float:
        """Seconds that a whole answer may take."""
        return self._cadence.fetch

    def json(self, answer: httpx.Response, limit: int | None = None) -> Json:
        """The JSON object that came, of *limit* bytes at most. Raises ComfyError."""
        data = self.value(answer, limit)
        if not isinstance(data, dict):
            raise BadAnswer(f"{self._where} {STRANGE}")
        return data

    def list(self, answer: httpx.Response) -> list[Any]:
        """The JSON list that came, where the status means well. Raises ComfyError."""
        self.check(answer)
        data = self.value(answer)
        if not isinstance(data, list):
            raise BadAnswer(f"{self._where} {STRANGE}")
        return data

    def value(self, answer: httpx.Response, limit: int | None = None) -> Any:
        """The JSON that came, whatever it holds. Raises ComfyError."""
        where = self._where
        text = self.read(answer, limit or self._max_json, self._cadence.fetch)
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            page = text.lstrip()[:1] == b"<"
            what = "a web page" if page else "something that is not JSON"
            raise BadAnswer(
                f"{where} answered with {what}: check that its address is that of ComfyUI itself."
            ) from error

    def read(self, answer: httpx.Response, limit: int, seconds: float = math.inf) -> bytes:
        """The whole body, if it is no longer than *limit* and comes within *seconds*."""
        return b"".join(self.chunks(answer, limit, seconds))

    def chunks(
        self,
        answer: httpx.Response,
        limit: int,
        seconds: float = math.inf,
        chunk_size: int | None = None,
    ) -> Iterator[bytes]:
        """The body as it comes; raises as `read` does."""
        size, began = 0, time.monotonic()
        for chunk in answer.iter_bytes(chunk_size):
            size += len(chunk)
            if size > limit:
                raise TooLarge(
                    f"{self._where} sent more than {limit / 2**20:.3g} MB at once: "
                    "check its address."
                )
            if time.monotonic() - began > seconds:
                raise Unanswered(f"{self._where} answers too slowly: it may be busy.")
            yield chunk


def _trust(*, is_needed: bool) -> ssl.SSLContext:
    """The certificates to trust: the usual ones, SSL_CERT_FILE's; none where *is_needed* is not.

    Reading them takes longer than all else in making a client.
    """
    return httpx.create_ssl_context() if is_needed else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
