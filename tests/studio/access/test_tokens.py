"""Tokens that the page shows: each to its owner, and ended when another is taken."""

from pathlib import Path

import pytest

from studio.access.tokens import Tokens
from tests.support.stores import open_store

ACCOUNTS = {"ann": "pw-ann"}


@pytest.mark.parametrize(
    ("owner", "accounts"), [("browser:x", {}), ("user:ann", ACCOUNTS), ("user:ünï", {"ünï": "p"})]
)
def test_a_token_stands_for_its_owner_until_there_is_another(
    tmp_path: Path, owner: str, accounts: dict[str, str]
) -> None:
    store = open_store(tmp_path)
    tokens = Tokens(store, tmp_path, accounts)
    first = tokens.of(owner)
    assert tokens.of(owner) == first
    assert Tokens(store, tmp_path, accounts).owner(first) == owner
    second = tokens.renew(owner)
    assert (tokens.owner(first), tokens.owner(second)) == (None, owner)
    store.close()


def test_a_token_ends_with_the_account_or_its_password(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    token = Tokens(store, tmp_path, ACCOUNTS).of("user:ann")
    for later in ({"ann": "other"}, {"bob": "pw-ann"}, {}):
        assert Tokens(store, tmp_path, later).owner(token) is None
    browser = Tokens(store, tmp_path, {}).of("browser:x")
    assert Tokens(store, tmp_path, ACCOUNTS).owner(browser) is None
    store.close()


@pytest.mark.parametrize("token", ["", "sg_", "sg_a.b.c.d", "sg_" + "x" * 5000, "hf_abc"])
def test_what_we_did_not_sign_stands_for_nobody(tmp_path: Path, token: str) -> None:
    store = open_store(tmp_path)
    assert Tokens(store, tmp_path, {}).owner(token) is None
    store.close()
