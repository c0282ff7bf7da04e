"""Servers are called by names that no two have."""

import pytest

from comfy.client.http.address import Address, parse_address
from studio.servers.labels import present
from studio.settings.parsing import parse_servers


def labels(servers: str) -> list[str]:
    return [address.label for address in parse_servers(servers)]


@pytest.mark.parametrize(
    ("servers", "expected"),
    [
        ("http://gpu:8188,http://cpu:8188", ["gpu:8188", "cpu:8188"]),
        ("http://gpu/comfy1,http://gpu/comfy2", ["gpu/comfy1", "gpu/comfy2"]),
        ("http://gpu,http://gpu/two,http://cpu", ["gpu", "gpu/two", "cpu"]),
        ("http://gpu,https://gpu", ["http://gpu", "https://gpu"]),
        ("gpu=http://a,http://gpu", ["gpu", "http://gpu"]),
    ],
)
def test_every_server_has_a_label_of_its_own(servers: str, expected: list[str]) -> None:
    assert labels(servers) == expected


def test_two_servers_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="'a' twice: give each server a name"):
        parse_servers("a=http://one,a=http://two")


@pytest.mark.parametrize(
    ("before", "servers", "now"),
    [
        ("gpu:8188", "mine=http://gpu:8188", "mine"),
        ("gpu", "http://gpu/comfy1", "gpu"),
        ("gpu", "http://gpu,http://gpu/two", "gpu"),
        ("gpu/two", "http://gpu/two", "gpu"),
        ("gpu", "http://gpu/comfy1,http://gpu/comfy2", ""),  # whose it was nobody knows
        ("old", "http://gpu", ""),
    ],
)
def test_a_server_is_known_by_what_it_was_called_before(
    before: str, servers: str, now: str
) -> None:
    assert present(before, parse_servers(servers)) == now


def test_a_given_name_is_not_taken_for_a_host() -> None:
    assert present("gpu", [Address("http://cpu", name="gpu"), parse_address("http://gpu")]) == "gpu"
