"""A process of its own that sends one message by apprise, then ends.

Run as a script by `studio.notifications.messages`, with what to do as JSON on its standard input;
it imports nothing of Stepglass and writes one JSON object. Before apprise is there to do anything,
every socket, file and process of Python's is watched (PEP 578): what it connects to is held against
`public_rule`, as the very address and not as a name; it reads only what is installed, writes
nothing and starts nothing. Whoever started it kills it when it takes too long.
"""

import contextlib
import importlib
import importlib.util
import json
import logging
import ssl
import sys
import sysconfig
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

LOCAL = frozenset({"dbus", "glib", "gnome", "macosx", "windows", "syslog", "rsyslog"})
"""Apprise's modules that reach the desktop or the log of this machine."""
MAX_SAID = 200
"""Characters of what apprise says went wrong."""
_REFUSED = ("subprocess.", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")
_CHANGES = (
    *("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "shutil.", "syslog.", "socket.bind", "ctypes.dlopen"),
)
_SENT = ("socket.connect", "socket.sendto", "socket.sendmsg")
_READABLE = ("/etc/hosts", "/etc/mime.types", "/etc/ssl", "/usr/share/zoneinfo", "/etc/localtime")
_WRITES = 0o3 | 0o100 | 0o1000  # O_WRONLY, O_RDWR; O_CREAT; O_TRUNC
PRIVATE = "It leads to an address of the machine that runs Stepglass, or of its network."

Rule = Callable[[str], bool]


def main() -> None:
    """Do what is asked; every mistake is a sentence in the answer."""
    asked = json.load(sys.stdin)
    _limit(asked)
    out, sys.stdout = sys.stdout, sys.stderr  # nothing but the answer goes there
    json.dump(_answer(asked), out)


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    refusals: list[str] = []
    apprise, may_be_called = _loaded(), _rule(asked["rule"])
    _watch(refusals, None if asked.get("private") else may_be_called)
    said = _heard()
    plugin = _plugin(apprise, str(asked["address"]))
    if isinstance(plugin, str):
        return {"error": plugin}
    if "title" not in asked:
        return {"label": plugin.url(privacy=True).partition("?")[0][:MAX_SAID]}
    worked = _send(apprise, plugin, asked)
    why = refusals[0] if refusals else (said[-1] if said else "It could not be sent.")
    return {"worked": worked, "said": "" if worked else why[:MAX_SAID]}


def _plugin(apprise: Any, address: str) -> Any:
    """What apprise makes of *address*, or a sentence why that cannot be used."""
    asset = apprise.AppriseAsset(
        app_id="Stepglass",
        app_desc="Stepglass",
        app_url="",
        image_url_mask="",
        image_url_logo="",
        async_mode=False,
        plugin_paths=[],
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    found = apprise.Apprise.instantiate(address, asset=asset, suppress_exceptions=True)
    if found is None:
        return "apprise cannot send to such an address; one would be ntfys://ntfy.sh/my-topic."
    module = type(found).__module__.removeprefix("apprise.plugins.").partition(".")[0]
    return (
        "Addresses of this machine's own desktop or log are not told." if module in LOCAL else found
    )


def _send(apprise: Any, plugin: Any, asked: dict[str, Any]) -> bool:
    sender = apprise.Apprise(asset=plugin.asset)
    sender.add(plugin)
    try:
        return bool(sender.notify(title=asked["title"], body=asked["body"], body_format="text"))
    except Exception:  # noqa: BLE001 - a plugin may stumble over anything that it is refused
        return False


def _loaded() -> Any:
    """Apprise with all of its plugins, and what they import late; it follows no redirects."""
    import apprise
    import requests

    for late in ("encodings.idna", "smtplib"):
        importlib.import_module(late)
    ssl.create_default_context()
    requests.sessions.Session.get_redirect_target = lambda *_: None  # type: ignore[method-assign]
    apprise.Apprise.instantiate("json://localhost")  # it looks for its plugins at the first
    return apprise


def _heard() -> list[str]:
    """What apprise says from now on."""
    said: list[str] = []

    class Hearing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    log = logging.getLogger("apprise")
    log.addHandler(Hearing(logging.WARNING))
    log.propagate = False
    return said


def _rule(rule: str) -> Rule:
    """`may_be_called` of the file *rule*; nothing else of Stepglass is imported here."""
    spec = importlib.util.spec_from_file_location("rule", rule)
    if spec is None or spec.loader is None:
        raise RuntimeError("the rule for addresses is gone")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: Rule = module.may_be_called
    return found


class _Judge:
    """Holds addresses against the rule, which binds sockets, as nothing else here may."""

    def __init__(self, may_be_called: Rule | None) -> None:
        self._may_be_called = may_be_called
        self._thread = threading.local()

    @property
    def is_busy(self) -> bool:
        """Whether the rule is at work, on this thread."""
        return getattr(self._thread, "is_judging", False)

    def is_refused(self, address: str) -> bool:
        """Whether *address* may not be connected to."""
        if self._may_be_called is None:
            return False
        self._thread.is_judging = True
        try:
            return not self._may_be_called(address)
        finally:
            self._thread.is_judging = False


def _watch(refusals: list[str], may_be_called: Rule | None) -> None:
    """From here on refuse what is not to be done, and note in *refusals* why."""
    paths = sysconfig.get_paths()
    roots = {paths[k] for k in ("stdlib", "platstdlib", "purelib", "platlib")} | {sys.base_prefix}
    readable = tuple(str(Path(root).resolve()) for root in roots) + _READABLE

    judge = _Judge(may_be_called)

    def refuse(sentence: str) -> None:
        refusals.append(sentence)
        raise PermissionError(sentence)

    def check(event: str, args: tuple[Any, ...]) -> None:
        if judge.is_busy:
            return
        if event in _SENT:
            address = args[1]
            if not isinstance(address, tuple):
                if event == "socket.sendmsg" and address is None:
                    return  # on a socket whose connection was checked
                refuse("It leads to this machine's own sockets.")
            elif judge.is_refused(str(address[0])):
                refuse(PRIVATE)
        elif event == "open":
            name, _, flags = args
            if isinstance(name, int):
                return
            whole = str(Path(str(name)).resolve()) if isinstance(name, str) else ""
            if (flags or 0) & _WRITES or not whole.startswith(readable):
                refuse("It names a file of this machine.")
        elif event.startswith((*_REFUSED, *_CHANGES)):
            refuse("It would change something on this machine.")

    sys.addaudithook(check)


def _limit(asked: dict[str, Any]) -> None:
    """Let the system stop what else could run away: memory, processor time, writing files."""
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (asked["memory"],) * 2)
        resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"],) * 2)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


if __name__ == "__main__":
    main()
