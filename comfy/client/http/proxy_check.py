"""Whether a server itself answers at its address, or something that may end without it.

A tunnel, or a proxy, hangs up and is gone while the server behind it works on. So that nobody
listens at an address any more is the server's own end only where nothing stands before it.
"""

import ctypes
import os
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from comfy.client.http.address import Address
from comfy.protocol.system_stats import SystemInfo

SERVER_LIBRARY = "aiohttp"
"""ComfyUI's own HTTP server says so in every answer; most proxies put their own name there."""


def is_direct(address: Address, headers: Mapping[str, str], system: SystemInfo, ram: int) -> bool:
    """Whether the server that calls itself *system* is, as far as can be told, at *address* itself.

    *headers* are those of its answer. *ram* is what this machine has, in bytes, 0 where unknown: a
    server at a loopback address that has another amount is at the far end of a tunnel.
    """
    parts = urlsplit(address.url)
    if parts.scheme != "http" or parts.path.strip("/"):
        return False
    if SERVER_LIBRARY not in headers.get("server", "") or "via" in headers:
        return False
    if system.port != (parts.port or 80):
        return False
    return not address.is_loopback or 0 < ram == system.ram_total


def memory_bytes() -> int:
    """The memory of this machine, as ComfyUI counts it too; 0 where that cannot be told."""
    if sys.platform == "win32":
        return _windows_memory()
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 0


def _windows_memory() -> int:
    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", *"abcdef")),
        )

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only Windows has it
    return int(status.total) if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else 0
