"""Messages by apprise, sent for real to a server here: what they say, and where they may not go."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.hooks import Hook, Letter
from studio.errors import Invalid
from studio.notifications import messages, public_rule
from studio.notifications.messages import label_of, send, text_of
from tests.support.paths import ROOT
from tests.support.receiver import Receiver, closed_port


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


def letter(
    event: str = "finished", prompt: str = "a red fox", images: int = 1, error: str = ""
) -> Letter:
    data = {"prompt": prompt, "images": images, "error": error, "workflow": "txt2img"}
    return Letter(f"evt_{event}", event, 1.0, data)


def hook(address: str) -> Hook:
    return Hook("one", "user:ann", "message", address, address, ("finished",), 1.0)


def at(receiver: Receiver, scheme: str = "json", rest: str = "") -> str:
    return receiver.url.replace("http", scheme, 1).removesuffix("hook") + rest


def test_a_message_says_what_ended_and_how() -> None:
    assert text_of([letter()]) == ("Stepglass: Finished", "a red fox: 1 image")
    several = [letter(images=4), letter(prompt=""), letter("failed", error="Out of memory.")]
    assert text_of(several) == (
        "Stepglass: 2 finished, 1 failed",
        "a red fox: 4 images\ntxt2img: 1 image\na red fox: Out of memory.",
    )
    title, body = text_of([letter("cancelled", prompt="x" * 500)] * 8)
    assert title == "Stepglass: 8 cancelled"
    assert body.endswith("…\nand 3 more")


def test_it_is_sent_where_private_addresses_are_allowed(receiver: Receiver) -> None:
    outcome = send(hook(at(receiver)), [letter()], allow_private=True)
    assert outcome.worked, outcome
    (call,) = receiver.calls
    told = json.loads(call.body)
    assert (told["title"], told["message"]) == ("Stepglass: Finished", "a red fox: 1 image")


def test_whoever_has_addresses_read_keeps_no_message_waiting(receiver: Receiver) -> None:
    with messages._reading:
        assert send(hook(at(receiver)), [letter()], allow_private=True).worked
    with messages._sending:
        assert label_of("json://example.org/topic").startswith("json://example.org/")


@pytest.mark.parametrize("scheme", ["json", "ntfy", "form", "xml", "gotify", "matrix", "irc"])
def test_no_plugin_reaches_a_private_address(receiver: Receiver, scheme: str) -> None:
    outcome = send(hook(at(receiver, scheme, "topic")), [letter()], allow_private=False)
    assert not outcome.worked
    assert "an address of the machine" in outcome.sentence
    assert receiver.calls == []


def test_no_plugin_reaches_this_machine_by_an_address_that_is_public(
    receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = tmp_path / "rule.py"
    rule.write_text(Path(public_rule.__file__).read_text() + "\nis_public = lambda _: True\n")
    monkeypatch.setattr(public_rule, "__file__", str(rule))
    outcome = send(hook(at(receiver)), [letter()], allow_private=False)
    assert "an address of the machine" in outcome.sentence
    assert receiver.calls == []


def test_mail_is_not_handed_to_a_private_server() -> None:
    address = f"mailto://a:b@example.org?smtp=127.0.0.1&port={closed_port()}"
    outcome = send(hook(address), [letter()], allow_private=False)
    assert "an address of the machine" in outcome.sentence


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with Receiver() as other:
        receiver.statuses, receiver.location = [307], other.url
        assert not send(hook(at(receiver)), [letter()], allow_private=True).worked
        assert (len(receiver.calls), other.calls) == (1, [])


def test_a_file_of_the_machine_is_not_read(receiver: Receiver, tmp_path: Path) -> None:
    template = tmp_path / "template.json"
    template.write_text('{"text": "anns secret"}')
    address = at(receiver, "workflows", f"flow/signature?template={template}")
    outcome = send(hook(address), [letter()], allow_private=True)
    assert outcome.sentence == "It names a file of this machine."
    assert receiver.calls == []


def test_who_is_down_or_refuses_is_said(receiver: Receiver) -> None:
    outcome = send(hook(f"json://127.0.0.1:{closed_port()}/"), [letter()], allow_private=True)
    assert not outcome.worked
    assert outcome.sentence
    receiver.statuses = [500]
    outcome = send(hook(at(receiver)), [letter()], allow_private=True)
    assert not outcome.worked
    assert "500" in outcome.sentence


@pytest.mark.parametrize(
    "address",
    [
        "syslog://", "rsyslog://localhost", "dbus://", "kde://", "qt://", "glib://", "gnome://",
        "macosx://", "windows://", "file:///etc/passwd", "nonsense://x", "no address", "",
        "json://a\nb", "json://" + "x" * 3_000,
    ],
)  # fmt: skip
def test_what_stays_on_the_machine_or_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid) as caught:
        label_of(address)
    assert caught.value.fields.keys() == {"url"}


def test_what_is_shown_of_an_address_hides_its_password() -> None:
    label = label_of("mailtos://ann:geheim@example.org?to=bob@example.org")
    assert label.startswith("mailtos://")
    assert "geheim" not in label


def test_apprise_is_not_imported_by_stepglass() -> None:
    """It takes a second, and is watched where it runs."""
    script = (
        "import sys, studio.studio, studio.notifications.messages; print('apprise' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
