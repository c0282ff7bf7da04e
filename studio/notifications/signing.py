"""How a receiver knows that a webhook's call is ours, is whole, and is not an old one. Pure."""

import hashlib
import hmac
import secrets

HEADER = "Stepglass-Signature"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret that is shared with one receiver."""
    return f"whsec_{secrets.token_urlsafe(SECRET_BYTES)}"


def signature(secret: str, at: int, body: bytes) -> str:
    """The header's value for *body* as it is sent at *at* (epoch seconds).

    ``t=1700000000,v1=…``: HMAC-SHA256 by the secret, hexadecimal, of the time, a dot and the body.
    """
    signed = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256)
    return f"t={at},v1={signed.hexdigest()}"
