"""Only what answers at its own address, with nothing before it, dies where its address does."""

import psutil
import pytest

from comfy.client.http.address import parse_address
from comfy.client.http.proxy_check import is_direct, memory_bytes
from comfy.protocol.system_stats import read_system
from tests.support.transcript import transcript

HERE = 24 * 2**30
OWN = {"server": "Python/3.11 aiohttp/3.12.4"}


def asked(
    url: str, argv: object, headers: dict[str, str] = OWN, ram: int = HERE, own: int = HERE
) -> bool:
    system = read_system({"system": {"ram_total": ram, "argv": argv}, "devices": []})
    assert system is not None
    return is_direct(parse_address(url), headers, system, own)


@pytest.mark.parametrize(
    ("url", "argv"),
    [
        ("http://127.0.0.1:8188", ["main.py"]),
        ("http://localhost:7788", ["main.py", "--cpu", "--port", "7788"]),
        ("http://192.168.1.20:7788", ["main.py", "--listen", "--port=7788"]),
        ("http://gpu", ["main.py", "--port", "80"]),
    ],
)
def test_a_server_at_its_own_port_is_direct(url: str, argv: list[str]) -> None:
    assert asked(url, argv)


def test_a_server_on_another_machine_may_have_any_memory() -> None:
    assert asked("http://192.168.1.20:8188", ["main.py"], ram=2 * HERE)


@pytest.mark.parametrize(
    ("url", "argv", "headers"),
    [
        ("http://127.0.0.1:9000", ["main.py"], OWN),
        ("https://gpu:8188", ["main.py"], OWN),
        ("http://gpu:8188/comfy", ["main.py"], OWN),
        ("http://gpu:8188", ["main.py"], {"server": "nginx"}),
        ("http://gpu:8188", ["main.py"], {}),
        ("http://gpu:8188", ["main.py"], {**OWN, "via": "1.1 Caddy"}),
        ("http://gpu:8188", ["main.py", "--port", "x"], OWN),
        ("http://gpu:8188", None, OWN),
        ("http://gpu:8188", {"--port": 8188}, OWN),
    ],
)
def test_whatever_speaks_for_something_before_it_is_believed(
    url: str, argv: object, headers: dict[str, str]
) -> None:
    assert not asked(url, argv, headers)


@pytest.mark.parametrize(("ram", "own"), [(HERE + 4096, HERE), (0, 0), (HERE, 0)])
def test_another_amount_of_memory_at_loopback_is_the_far_end_of_a_tunnel(
    ram: int, own: int
) -> None:
    assert not asked("http://127.0.0.1:8188", ["main.py"], ram=ram, own=own)


def test_this_machine_has_what_comfyui_would_count() -> None:
    assert memory_bytes() == psutil.virtual_memory().total


@pytest.mark.parametrize("version", ["0.3.64", "0.33.0"])
def test_a_real_server_tells_its_port(version: str) -> None:
    calls = transcript(f"comfyui-{version}/server_info").calls
    stats = next(call.answer for call in calls if call.path == "/system_stats")
    system = read_system(stats)
    assert system is not None
    assert system.port > 0
