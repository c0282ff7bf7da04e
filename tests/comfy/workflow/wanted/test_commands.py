"""Commands to paste: whatever a name holds, a shell reads it as that name and nothing else."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from comfy.workflow.wanted.commands import (
    package_command,
    package_page,
    powershell_command,
    shell_command,
)
from comfy.workflow.wanted.files import WantedFile

HASH = "0" * 64


@given(st.text(min_size=1).filter(lambda s: "\0" not in s), st.text(min_size=1))
def test_a_shell_reads_names_and_addresses_as_they_are(name: str, url: str) -> None:
    words = shlex.split(shell_command(WantedFile(name, "vae", url, HASH)))
    assert words[:6] == ["curl", "-L", "--fail", "--create-dirs", "-o", f"models/vae/{name}"]
    assert words[6:9] == [url, "&&", "echo"]
    assert words[9] == f"{HASH}  models/vae/{name}"


def test_powershell_reads_quotes_as_they_are() -> None:
    file = WantedFile("it\u2019s 'a'.gguf", "vae", "https://x/$(y)")
    command = powershell_command(file)
    assert "'models/vae/it\u2019\u2019s ''a''.gguf' 'https://x/$(y)'" in command


def test_packages_have_a_command_and_a_page() -> None:
    assert package_command("comfyui-kjnodes") == "comfy node install comfyui-kjnodes"
    clone = "git clone https://github.com/kijai/ComfyUI-KJNodes custom_nodes/ComfyUI-KJNodes"
    assert package_command("kijai/ComfyUI-KJNodes") == clone
    assert package_page("kijai/ComfyUI-KJNodes") == "https://github.com/kijai/ComfyUI-KJNodes"
    for wrong in ("", "a; rm -rf ~", "../x", "--version", "a/b/c", "a" * 500):
        assert (package_command(wrong), package_page(wrong)) == ("", "")
