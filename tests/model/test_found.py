"""Histories that once went wrong, and the claim that each broke."""

from tests.model.machine import Model

ANN, BOB = "user:ann", "user:bob"


def test_what_somebody_takes_out_of_the_queue_after_a_reconnect_is_not_sent_again(
    model: Model,
) -> None:
    model.press(owner=ANN, steps=12, count=2, retry=False)
    model.wait_for(which=0, what="runs")
    model.spoil_socket("drop")
    model.time_passes(0.15)
    model.take_out(0)


def test_what_ran_while_stepglass_was_closed_does_not_run_twice_after_the_history_is_cleared(
    model: Model,
) -> None:
    model.press(owner=ANN, steps=2, count=2, retry=False)
    model.wait_for(which=1, what="received")
    model.kill()
    model.wait_for(which=1, what="ended_at")
    model.clear_history()
    model.start()


def test_a_clock_set_back_keeps_nothing_from_its_end(model: Model) -> None:
    model.press(owner=ANN, steps=12, count=1, retry=True)
    model.wait_for(which=0, what="runs")
    model.set_clock(-3600.0)
    model.restart_engine(keep_history=False, keep_output=True, seconds=0.3)


def test_a_prompt_that_was_taken_though_the_answer_says_otherwise_comes_to_its_end(
    model: Model,
) -> None:
    model.spoil_posts(kind="taken, 401", count=2)
    model.press(owner=ANN, steps=4, count=3, retry=False)


def test_nobody_is_shown_a_file_of_the_same_name_by_somebody_else(model: Model) -> None:
    model.press(owner=ANN, steps=1, count=1, retry=False)
    model.spoil_for_a_while(path="/view", kind="lost", seconds=0.3)
    model.wait_for(which=0, what="ended_at")
    model.restart_engine(keep_history=False, keep_output=False, seconds=0.0)
    model.press(owner=BOB, steps=1, count=2, retry=False)


def test_what_a_proxy_answers_for_a_file_is_not_kept_as_the_image(model: Model) -> None:
    model.spoil_answers(path="/view", kind="starting", count=3)
    model.press(owner=ANN, steps=1, count=1, retry=False)
