"""What a server says of itself in ``/system_stats``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SystemInfo:
    """What a server says of itself. Memory in bytes, 0 where unknown."""

    version: str = ""
    engine: str = ""
    device: str = ""
    ram_total: int = 0
    ram_free: int = 0
    vram_total: int = 0
    vram_free: int = 0


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
        *(_whole(system.get(key)) for key in ("ram_total", "ram_free")),
        *(_whole(device.get(key)) for key in ("vram_total", "vram_free")),
    )


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
