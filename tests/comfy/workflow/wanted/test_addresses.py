"""Which addresses may be fetched from, and whose page tells of a licence."""

import pytest

from comfy.errors import WorkflowError
from comfy.workflow.wanted.addresses import USUAL_HOSTS, checked_address, host_of, page_of

HUB = "https://huggingface.co/a/b/resolve/main/split/ae.safetensors"


@pytest.mark.parametrize(
    "url",
    [
        *("http://huggingface.co/a", "https://huggingface.co.evil.example/a", "ftp://github.com/a"),
        *("https://u:p@huggingface.co/a", "https://huggingface.co:8443/a", "https://127.0.0.1/a"),
        *("https://evilhuggingface.co/a", "https://", "huggingface.co/a", "https://[::1/a", ""),
        *("https://civitai.com/a?token=secret", "https://github.com/a b", "https://hf.co\\@x/a"),
        *("https://evil.example\\.huggingface.co/a", "https://cas-bridge.xethub.hf.co/x"),
    ],
)
def test_all_but_https_on_a_host_of_the_list_is_refused(url: str) -> None:
    with pytest.raises(WorkflowError) as refused:
        checked_address(url, USUAL_HOSTS)
    assert "secret" not in str(refused.value)


def test_what_a_host_keeps_its_files_in_is_only_reached_by_a_redirect() -> None:
    store = "https://cas-bridge.xethub.hf.co/x?sig=1"
    assert checked_address(store, USUAL_HOSTS, redirected=True) == store
    with pytest.raises(WorkflowError):
        checked_address(store, ("github.com",), redirected=True)


def test_the_page_of_a_file_is_made_its_address() -> None:
    assert checked_address(HUB.replace("/resolve/", "/blob/"), USUAL_HOSTS) == HUB


def test_a_server_of_this_machine_is_reached_only_as_the_list_names_it() -> None:
    assert checked_address("http://127.0.0.1:9/a", ("http://127.0.0.1:9",))
    with pytest.raises(WorkflowError):
        checked_address("http://127.0.0.1:8/a", ("http://127.0.0.1:9",))


def test_pages_with_licences() -> None:
    assert page_of(HUB) == "https://huggingface.co/a/b"
    assert page_of("https://github.com/a/b/releases/download/v1/x.pth") == "https://github.com/a/b"
    download = "https://civitai.com/api/download/models/12?type=Model"
    assert page_of(download) == "https://civitai.com/model-versions/12"
    assert (page_of("https://example.org/a"), page_of("rubbish")) == ("", "")


def test_hosts_of_the_list_are_read_as_they_are_compared() -> None:
    assert host_of(" HTTPS://Models.Example.org/ ") == "models.example.org"
    for wrong in ("http://example.org", "a b", "exa_mple/x", "http://127.0.0.1:1/x"):
        with pytest.raises(ValueError, match=r"host|machine"):
            host_of(wrong)
