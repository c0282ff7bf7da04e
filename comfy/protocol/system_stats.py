"""What a server says of itself in ``/system_stats``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

USUAL_PORT = 8188
"""Where ComfyUI listens unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """What a server says of itself. Memory in bytes, 0 where unknown.

    `port` is the one that it was started to listen on, 0 where it does not say.
    """

    version: str = ""
    engine: str = ""
    device: str = ""
    ram_total: int = 0
    ram_free: int = 0
    vram_total: int = 0
    vram_free: int = 0
    port: int = 0


def read_system(data: Mapping[str, Any]) -> SystemInfo | None:
    """Return what *data*, the body of ``/system_stats``, says; None where it is not ComfyUI's."""
    system, devices = data.get("system"), data.get("devices")
    if not isinstance(system, dict):
        return None
    device = devices[0] if isinstance(devices, list) and devices else {}
    device = device if isinstance(device, dict) else {}
    return SystemInfo(
        str(system.get("comfyui_version") or "")[:80],
        str(system.get("engine") or "")[:80],
        str(device.get("name") or "")[:120],
        ram_total=_whole(system.get("ram_total")),
        ram_free=_whole(system.get("ram_free")),
        vram_total=_whole(device.get("vram_total")),
        vram_free=_whole(device.get("vram_free")),
        port=_port(system.get("argv")),
    )


def _port(argv: Any) -> int:
    """The port in a command line of ComfyUI's; 0 where there is none to read."""
    if not isinstance(argv, list):
        return 0
    words = [word for part in argv for word in str(part).split("=", 1)]
    given = [after for word, after in pairwise(words) if word == "--port"]
    try:
        return int(given[-1]) if given else USUAL_PORT
    except ValueError:
        return 0


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
