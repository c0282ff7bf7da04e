"""What a status, or a connection that failed, means: an error with a sentence. Pure.

No sentence quotes a header or where a redirect leads: either may hold a secret.
"""

import mimetypes
import ssl
from collections.abc import Iterator

from comfy.errors import (
    Busy,
    ComfyError,
    Conflict,
    Denied,
    NotFound,
    Refused,
    ServerFault,
    TooLarge,
    TurnedAway,
    Unreachable,
)

_UNKNOWN_NAME = (
    "name or service",
    "nodename",
    "getaddrinfo",
    "resolution",
    "no address associated",
)


def read_status(status: int, where: str, path: str) -> ComfyError | None:
    """Return what an HTTP *status* in answer to *path* means; None where it means well."""
    if 200 <= status < 300:
        return None
    match status:
        case 401 | 403:
            return Denied(
                f"{where} refuses access ({status}): check its headers or login in the settings."
            )
        case 404 | 405:
            return NotFound(
                f"{where} does not have {path} ({status}): check that its address is that of "
                "ComfyUI itself."
            )
        case 409:
            # Coming versions say so of a prompt id that they have: never a failure.
            return Conflict(f"{where} says that it has this already (409).")
        case 413:
            return TooLarge(
                f"{where} takes no file of this size (413): send a smaller one, or raise "
                "--max-upload-size there."
            )
        case 429:
            return Busy(f"{where} is busy (429): wait a moment, or send it less at once.")
        case 503:
            return ServerFault(f"{where} is busy, or still starting (503): wait a moment.")
    if status >= 500:
        return ServerFault(f"{where} failed to answer ({status}): see its log.")
    if 300 <= status < 400:
        return TurnedAway(
            f"{where} redirects elsewhere ({status}): check its address, or whether a login "
            "page stands before it."
        )
    return TurnedAway(
        f"{where} answers {status} to {path}: check its address, and what stands before it."
    )


def read_other(content_type: str, filename: str) -> str:
    """What came instead of the file of that name, by its *content_type*; "" where that may be it.

    Whatever stands before a server answers in HTML, JSON or plain text, also with 200.
    """
    came = content_type.partition(";")[0].strip().lower()
    named = mimetypes.guess_type(filename.lower())[0] or ""
    if came == "text/html":
        return "" if named == came else "a web page"
    is_media = named.partition("/")[0] in ("image", "video", "audio")
    is_text = came.startswith("text/") or came in ("application/json", "application/problem+json")
    return "text" if is_media and is_text else ""


def unreachable(where: str, error: BaseException) -> Unreachable:
    """Return why no connection to *where* was made, from *error* and what caused it."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unreachable(
                f"{where} shows a certificate that cannot be trusted ({cause.verify_message}): "
                "give it another, or name the one that vouches for it in SSL_CERT_FILE."
            )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return Unreachable(
            f"{where} cannot be reached over TLS: check whether its address begins with http or "
            "https."
        )
    text = " ".join(map(str, causes)).lower()
    if any(word in text for word in _UNKNOWN_NAME):
        return Unreachable(f"{where} is not a known host name: check its address.")
    if any(isinstance(cause, TimeoutError) for cause in causes) or "timed out" in text:
        return Unreachable(
            f"{where} does not answer: check that it runs and that no firewall is between."
        )
    kind = Refused if any(isinstance(c, ConnectionRefusedError) for c in causes) else Unreachable
    return kind(f"{where} cannot be reached: check that ComfyUI runs there.")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
