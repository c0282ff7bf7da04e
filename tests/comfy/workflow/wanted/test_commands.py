"""Commands to paste: whatever a name holds, a shell reads it as that name and nothing else."""

import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.wanted.commands import (
    package_command,
    package_page,
    powershell_command,
    shell_command,
)
from comfy.workflow.wanted.files import WantedFile
from tests.support.sources import Source

HASH = "0" * 64


@given(st.text(min_size=1).filter(lambda s: "\0" not in s), st.text(min_size=1))
def test_a_shell_reads_names_and_addresses_as_they_are(name: str, url: str) -> None:
    words = shlex.split(shell_command(WantedFile(name, "vae", url, HASH)))
    assert words[:5] == ["curl", "-g", "-L", "--fail", "--create-dirs"]
    assert words[5:10] == ["-o", f"models/vae/{name}", url, "&&", "echo"]
    assert words[10] == f"{HASH}  models/vae/{name}"


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("path", ["/{x,y}", "/[1-3]", "/a[fp16]"])
def test_curl_reads_names_and_addresses_as_they_are(path: str, tmp_path: Path) -> None:
    with Source() as source:
        source.serve(path, b"weights")
        command = shell_command(WantedFile("#1[a].pth", "vae", f"{source.url}{path}"))
        subprocess.run(command, shell=True, cwd=tmp_path, check=True, timeout=30)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files == [tmp_path / "models" / "vae" / "#1[a].pth"]
    assert files[0].read_bytes() == b"weights"


def test_powershell_reads_quotes_as_they_are() -> None:
    file = WantedFile("it\u2019s 'a'.gguf", "vae", "https://x/$(y)")
    command = powershell_command(file)
    assert "'models/vae/it\u2019\u2019s ''a''.gguf' 'https://x/$(y)'" in command


def test_packages_have_a_command_and_a_page() -> None:
    assert package_command("comfyui-kjnodes") == "comfy node install comfyui-kjnodes"
    clone = "git clone https://github.com/kijai/ComfyUI-KJNodes custom_nodes/ComfyUI-KJNodes"
    assert package_command("kijai/ComfyUI-KJNodes") == clone
    assert package_page("kijai/ComfyUI-KJNodes") == "https://github.com/kijai/ComfyUI-KJNodes"
    for wrong in ("", "a; rm -rf ~", "../x", "--version", "a/b/c", "a/..", "a/.git", "a" * 500):
        assert (package_command(wrong), package_page(wrong)) == ("", "")
