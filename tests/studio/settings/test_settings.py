"""Settings: where they are read from, and what a mistake sounds like."""

import logging
import os
import sys
from pathlib import Path

import pytest

from studio.cli.commands import EXIT_WRONG_VALUE, read_command
from studio.cli.logs import OneLine
from studio.settings.cautions import cautions
from studio.settings.settings import Settings
from tests.support.paths import ROOT

README = ROOT / "README.md"


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable and no .env of the machine that runs the tests."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith(("STEPGLASS_", "GRADIO_", "COMFYUI_", "SPACE_")):
            monkeypatch.delenv(name)


def read(*arguments: str) -> Settings:
    return read_command(arguments).settings


def test_defaults_listen_on_this_machine_alone(tmp_path: Path) -> None:
    settings = read()
    assert (settings.host, settings.port, settings.is_loopback) == ("127.0.0.1", 7860, True)
    assert settings.data_folder == tmp_path / "data"
    assert settings.servers == ()
    assert cautions(settings) == []


def test_a_flag_beats_the_environment_which_beats_dotenv(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("STEPGLASS_PORT=1001\nSTEPGLASS_HOST=0.0.0.0\nOTHER=x\n")
    assert (read().port, read().host) == (1001, "0.0.0.0")
    monkeypatch.setenv("STEPGLASS_PORT", "1002")
    assert read().port == 1002
    assert read("--port", "1003").port == 1003


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("GRADIO_SERVER_NAME", "0.0.0.0", "host", "0.0.0.0"),
        ("GRADIO_SERVER_PORT", "8000", "port", 8000),
        ("STEPGLASS_LOG_LEVEL", "DEBUG", "log_level", "debug"),
        ("STEPGLASS_ALLOWED_HOSTS", "A.example, b.example.", "allowed_hosts", None),
    ],
)
def test_the_environment_sets(
    name: str, value: str, field: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(read(), field) == (expected or ("a.example", "b.example"))


def test_comfyui_url_takes_several_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMFYUI_URL", "http://one:8188, two=https://two.example/comfy/")
    assert [(s.url, s.name) for s in read().servers] == [
        ("http://one:8188", ""),
        ("https://two.example/comfy", "two"),
    ]


def test_server_flags_repeat_and_hide_their_credentials() -> None:
    settings = read("--server", "http://ann:s3cret@one:1", "--server", "gpu=http://two:2")
    assert [s.label for s in settings.servers] == ["one:1", "gpu"]
    assert dict(settings.servers[0].headers)["Authorization"].startswith("Basic ")
    assert "s3cret" not in repr(settings)
    assert "YW5uOnMzY3JldA" not in repr(settings)


def test_common_headers_reach_every_server_and_yield_to_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(
        "STEPGLASS_SERVERS",
        '[{"url": "http://one", "headers": {"authorization": "own"}}, {"url": "http://two"}]',
    )
    one, two = read("--header", "Authorization: Bearer common").addresses
    assert dict(one.headers) == {"authorization": "own"}
    assert dict(two.headers) == {"Authorization": "Bearer common"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])  # Windows' editors mark the beginning
def test_accounts_come_from_flags_and_files(tmp_path: Path, encoding: str) -> None:
    lines = "# the team\nbob:pass:with:colons\n\n"
    (tmp_path / "users").write_text(lines, encoding=encoding)
    settings = read("--auth", "ann:one", "--auth", "@users")
    assert settings.accounts == {"ann": "one", "bob": "pass:with:colons"}
    assert "one" not in repr(settings)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "abc"], "--port (STEPGLASS_PORT, GRADIO_SERVER_PORT) is 'abc'"),
        (["--port", "70000"], "less than or equal to 65535"),
        (["--share"], "add --auth NAME:PASSWORD"),
        (["--servr", "http://x"], "did you mean --server?"),
        (["--server", "ftp://ann:s3cret@host"], "write http://host:8188"),
        (["--server", "http://a", "--server", "http://a"], "twice"),
        (["--header", "Nope"], '"Name: value"'),
        (["--header", "A: b\nC: d"], "no header"),
        (["--auth", "s3cret"], "USER:PASSWORD"),
        (["--auth", "ann:"], "USER:PASSWORD"),
        (["--auth", "@missing"], "cannot be read"),
        (["--preview-method", "fast"], "'auto', 'latent2rgb', 'taesd' or 'none'"),
        (["--demo-step-seconds", "nan"], "finite"),
        (["backup"], "needs the name of a file"),
        (["bakup", "x"], "did you mean backup?"),
        (["backup", "x", "y"], "one word too many"),
        (["export"], "writes one kind of files: python app.py export --parquet FOLDER"),
        (["export", "--csv", "x", "--parquet", "y"], "one kind of files"),
        (["export", "x", "--csv", "y"], "one word too many"),
        (["--csv", "x"], "--csv belongs to export"),
        (["export", "--parqet", "x"], "did you mean --parquet?"),
    ],
)
def test_a_wrong_value_is_one_line_and_exit_code_2(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        read(*arguments)
    printed = capsys.readouterr()
    assert exit_.value.code == EXIT_WRONG_VALUE
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert printed.err.startswith("stepglass: ")
    assert said in printed.err
    assert "s3cret" not in printed.err


def test_a_data_folder_that_is_a_file_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit):
        read("--data-folder", "file")
    assert "is a file: name a folder" in capsys.readouterr().err


def test_an_unreadable_dotenv_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe")
    with pytest.raises(SystemExit):
        read()
    assert "the file .env" in capsys.readouterr().err


def test_help_names_every_setting_and_its_variable(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        read("--help")
    assert exit_.value.code == 0
    text = capsys.readouterr().out
    for name in Settings.model_fields:
        assert f"STEPGLASS_{name.upper()}" in text


def test_an_open_page_on_the_network_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "add --auth" in cautions(read("--host", "0.0.0.0"))[0]
    assert cautions(read("--host", "0.0.0.0", "--auth", "a:b")) == []
    monkeypatch.setenv("STEPGLASS_PROT", "1")
    assert cautions(read()) == ["STEPGLASS_PROT is not a setting of Stepglass."]


def test_export_names_its_folder_and_format() -> None:
    command = read_command(["export", "--parquet", "numbers", "--data-folder", "there"])
    assert (command.action, command.file, command.format) == ("export", Path("numbers"), "parquet")
    assert command.settings.data_folder.name == "there"


def test_backup_names_its_file() -> None:
    command = read_command(["backup", "copy.zip"])
    assert (command.action, command.file) == ("backup", Path("copy.zip"))


def test_a_log_line_is_one_line_without_secrets() -> None:
    text = "GET http://ann:s3cret@host/?key=s3cret Authorization: Bearer s3cret\nsecond"
    try:
        int("Bearer s3cret-token")
    except ValueError:
        record = logging.LogRecord("a", 20, "f", 1, text, (), sys.exc_info())
    line = OneLine().format(record)
    assert "\n" not in line
    assert "s3cret" not in line
    assert "http://…@host" in line


def test_the_readme_names_every_setting_with_its_default() -> None:
    rows = [line for line in README.read_text("utf-8").splitlines() if line.startswith("| `--")]
    for name, field in Settings.model_fields.items():
        extra = field.json_schema_extra
        flag = str(extra.get("flag", "")) if isinstance(extra, dict) else ""
        flag = flag or f"--{name.replace('_', '-')}"
        (row,) = (row for row in rows if row.startswith((f"| `{flag} ", f"| `{flag}`")))
        assert f"`STEPGLASS_{name.upper()}`" in row
        if isinstance(field.default, int | float) and not isinstance(field.default, bool):
            assert f"| `{field.default:g}` |" in row
