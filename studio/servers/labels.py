"""What servers are called: each by one name, and no two alike. Pure.

A record names the server that has its prompt; two of one name would be asked for each other's.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from comfy.client.http.address import Address


def labelled(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """*addresses* with labels of their own: where host and port are not enough, with their path.

    Raises ValueError, with half a sentence, where two were given the same name.
    """
    found = tuple(addresses)
    for name, count in Counter(one.name for one in found if one.name).items():
        if count > 1:
            raise ValueError(f"names {name!r} twice: give each server a name of its own")
    free = {one.url for one in found if not one.name}  # to be called as we like
    for spell in (_with_path, _whole):
        counts = Counter(one.label for one in found)
        found = tuple(
            replace(one, name=spell(one)) if counts[one.label] > 1 and one.url in free else one
            for one in found
        )
    return found


def present(label: str, addresses: Collection[Address]) -> str:
    """The label that the server is followed by now which was called *label* once; "" for none.

    A server that got a name, or a second one beside it, is still the same server.
    """
    if any(one.label == label for one in addresses):
        return label
    return next(_spelt(label, addresses), "")


def _spelt(label: str, addresses: Collection[Address]) -> Iterator[str]:
    """Labels of those that *label* spells in another way, where it spells no second one."""
    spellings: tuple[Callable[[Address], str], ...] = (_whole, _with_path, _host)
    for spell in spellings:
        same = [one.label for one in addresses if spell(one) == label]
        if len(same) == 1:
            yield same[0]


def _whole(address: Address) -> str:
    return address.url


def _with_path(address: Address) -> str:
    parts = urlsplit(address.url)
    return parts.netloc + parts.path


def _host(address: Address) -> str:
    return urlsplit(address.url).netloc
