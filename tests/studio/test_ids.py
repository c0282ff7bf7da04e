"""What a data folder is known by to its servers."""

from pathlib import Path

from comfy.client.http.address import parse_address
from storage.transfer.portable import CLIENT_FILE
from studio.ids import client_id

ONE, OTHER = parse_address("http://gpu:8188"), parse_address("http://cpu:8188")


def test_a_folder_has_a_client_id_of_its_own_that_outlives_a_restart(tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "data", tmp_path / "b" / "data"
    ours = client_id(first, ONE)
    assert client_id(first, ONE) == ours
    assert client_id(first, OTHER) != ours
    assert client_id(second, ONE) != ours
    assert (first / CLIENT_FILE).stat().st_mode & 0o777 == 0o600


def test_two_containers_of_one_path_are_two(tmp_path: Path) -> None:
    data = tmp_path / "data"
    ids = []
    for name in ("container 1", "container 2"):
        ids.append(client_id(data, ONE))
        data.rename(tmp_path / name)  # the path is free for the next one
    assert len(set(ids)) == 2
