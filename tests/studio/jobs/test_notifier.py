"""Waking whoever follows."""

import asyncio
import itertools
import threading

from studio.jobs.notifier import ALL, Board


def test_news_from_another_thread_wakes_a_listener() -> None:
    async def follow() -> bool:
        board = Board()
        with board.listen("a") as listener:
            threading.Thread(target=board.publish, args=("a",)).start()
            return await listener.wait(5)

    assert asyncio.run(follow())


def test_news_of_others_does_not() -> None:
    async def follow() -> bool:
        board = Board()
        with board.listen("a") as listener:
            board.publish("b")
            return await listener.wait(0.01)

    assert not asyncio.run(follow())


def test_news_between_clear_and_wait_is_not_missed() -> None:
    async def follow() -> bool:
        board = Board()
        with board.listen("a") as listener:
            listener.clear()
            board.publish("a")
            return await listener.wait(5)

    assert asyncio.run(follow())


def test_who_leaves_is_forgotten() -> None:
    async def follow() -> int:
        board = Board()
        with board.listen("a", "b"):
            assert board.watchers == 1
        board.publish("a")
        return board.watchers

    assert asyncio.run(follow()) == 0


def test_publishing_to_a_closed_loop_is_harmless() -> None:
    board = Board()
    entered = []

    async def follow() -> None:
        entered.append(board.listen("a").__enter__())

    asyncio.run(follow())
    board.publish("a")


def test_who_listens_to_all_hears_of_every_key() -> None:
    async def follow() -> bool:
        board = Board()
        with board.listen(ALL) as listener:
            board.publish("a")
            return await listener.wait(5)

    assert asyncio.run(follow())


# Built once a change


def long(_: object) -> float:
    return 60.0


def test_what_many_follow_is_built_once_a_change() -> None:
    async def look() -> list[int]:
        board, built = Board(), itertools.count(1)
        with board.listen("a"), board.listen("a"):
            found = [board.shared("a", lambda: next(built), long) for _ in range(5)]
            board.publish("a")
            return [*found, board.shared("a", lambda: next(built), long)]

    assert asyncio.run(look()) == [1, 1, 1, 1, 1, 2]


def test_what_is_older_than_it_may_be_is_built_anew() -> None:
    async def look() -> list[int]:
        board, built = Board(), itertools.count(1)
        with board.listen("a"):
            return [board.shared("a", lambda: next(built), lambda _: 0.0) for _ in range(2)]

    assert asyncio.run(look()) == [1, 2]


def test_what_was_built_while_news_came_is_not_kept() -> None:
    async def look() -> list[int]:
        board, built = Board(), itertools.count(1)

        def build() -> int:
            number = next(built)
            if number == 1:
                board.publish("a")
            return number

        with board.listen("a"):
            return [board.shared("a", build, long) for _ in range(3)]

    assert asyncio.run(look()) == [1, 2, 2]


def test_nothing_is_kept_for_nobody() -> None:
    board, built = Board(), itertools.count(1)
    assert [board.shared("a", lambda: next(built), long) for _ in range(2)] == [1, 2]
