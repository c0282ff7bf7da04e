"""Starting and stopping the page: what Gradio's `launch` is given, and the port."""

import errno
import os
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import gradio as gr
from starlette.requests import Request

from studio.access.viewer import SCOPE_KEY
from studio.settings.settings import Settings

GRACE_SECONDS = 1
"""How long open answers may go on after the end was asked for; SIGTERM is to end us within 5 s."""
_CHECKED_BY_GRADIO = "127.0.0.1"
"""Gradio looks here whether the port is free, whatever address it then listens on."""


class PortError(Exception):
    """The address cannot be listened on; `str()` is a sentence for the user."""


def free_port(host: str, port: int) -> int:
    """Return *port*, or any free one for 0; raise PortError where it cannot be listened on."""
    for address in dict.fromkeys((host.strip("[]"), _CHECKED_BY_GRADIO)):
        port = _bind(address, port)
    return port


def launch_options(settings: Settings, app_kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments for ``demo.launch`` that have to do with serving.

    *app_kwargs* come from `web.app_kwargs`. Theme, CSS and the like are the page's own affair.
    """
    # Where uvicorn reads whose word it takes for where a request comes from; by itself: anybody's
    # on this machine.
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(settings.trusted_proxies)
    options: dict[str, Any] = {
        "server_name": settings.host,
        "server_port": free_port(settings.host, settings.port),
        "share": settings.share,
        "app_kwargs": app_kwargs,
        "max_file_size": settings.max_upload_bytes,
        "prevent_thread_lock": True,
        "quiet": True,
        "show_error": False,  # the text of an error we did not expect may name paths
        "run_history": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "mcp_server": False,
    }
    if settings.auth:
        options["auth_dependency"] = _user
    return options


def address_to_open(url: str) -> str:
    """Return *url* as a browser on this machine opens it: no server is at 0.0.0.0 itself."""
    parts = urlsplit(url)
    here = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(parts.hostname or "")  # noqa: S104 - not bound
    return url if here is None else parts._replace(netloc=f"{here}:{parts.port}").geturl()


def stop(demo: gr.Blocks, *before: Callable[[], None]) -> None:
    """Stop serving within a few seconds, open streams or not; call *before* first."""
    for call in before:
        call()
    if getattr(demo, "server", None) is not None:
        demo.server.config.timeout_graceful_shutdown = GRACE_SECONDS
    demo.close(verbose=False)


def _user(request: Request) -> str | None:
    """Tell Gradio who is logged in: whom `web.access.middleware` let in."""
    viewer = request.scope.get(SCOPE_KEY)
    return viewer.name if viewer else None


def _bind(host: str, port: int) -> int:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            if os.name != "nt":  # there it would allow two listeners
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            return int(probe.getsockname()[1])
    except socket.gaierror as error:
        raise PortError(f"--host {host} is no address of this machine.") from error
    except OSError as error:
        raise PortError(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken: stop what listens there, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights: choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"--host {host} is no address of this machine."
    return f"{host}:{port} cannot be listened on: {error.strerror}."
