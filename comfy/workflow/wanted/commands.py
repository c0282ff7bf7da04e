"""Commands that fetch a file or a package by hand, to be pasted in ComfyUI's folder. Pure.

Names and addresses are somebody else's, so whatever they hold is quoted; curl is told as well not
to read braces and brackets as patterns, which could choose where the file goes.
"""

import re
import shlex

from comfy.workflow.wanted.files import WantedFile

_CURL = "-g -L --fail --create-dirs -o"
_REGISTERED = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/(?!\.)[A-Za-z0-9._-]{1,100}")


def shell_command(file: WantedFile) -> str:
    """For a POSIX shell, which checks the hash as well where that is known."""
    fetch = f"curl {_CURL} {shlex.quote(file.path)} {shlex.quote(file.url)}"
    if not file.sha256:
        return fetch
    return f"{fetch} && echo {shlex.quote(f'{file.sha256}  {file.path}')} | shasum -a 256 -c"


def powershell_command(file: WantedFile) -> str:
    """The same for PowerShell, without the hash."""
    path, url = _powershell(file.path), _powershell(file.url)
    return f"curl.exe {_CURL} {path} {url}"


def package_command(package: str) -> str:
    """What installs a *package* of custom nodes; "" where that names none.

    It is one of ComfyUI's registry, or of GitHub as OWNER/NAME.
    """
    if _REPOSITORY.fullmatch(package):
        folder = shlex.quote(f"custom_nodes/{package.rpartition('/')[2]}")
        return f"git clone {shlex.quote(f'https://github.com/{package}')} {folder}"
    return f"comfy node install {shlex.quote(package)}" if _REGISTERED.fullmatch(package) else ""


def package_page(package: str) -> str:
    """The page of a *package*; "" where it names none."""
    if _REPOSITORY.fullmatch(package):
        return f"https://github.com/{package}"
    if _REGISTERED.fullmatch(package):
        return f"https://registry.comfy.org/nodes/{package}"
    return ""


def _powershell(text: str) -> str:
    """*text* in single quotes: PowerShell takes some others of Unicode for the same."""
    return "'" + re.sub("(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"
