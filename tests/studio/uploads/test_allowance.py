"""How much one may send within an hour."""

from studio.uploads.allowance import WINDOW_SECONDS, Allowance


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_who_has_sent_too_much_waits_until_it_is_an_hour_old_and_nobody_else_does() -> None:
    clock = Clock()
    allowance = Allowance(1000, clock)
    allowance.add("bob", 600)
    assert allowance.wait("bob") == 0
    clock.now += 600
    allowance.add("bob", 500)
    assert allowance.wait("bob") == WINDOW_SECONDS - 600
    assert allowance.wait("ann") == 0
    clock.now += WINDOW_SECONDS - 600
    assert allowance.wait("bob") == 0


def test_many_small_bodies_are_remembered_as_few_sums() -> None:
    allowance = Allowance(100_000, Clock())
    for _ in range(99_999):
        allowance.add("bob", 1)
    assert allowance.wait("bob") == 0
    allowance.add("bob", 1)
    assert allowance.wait("bob") > 0
