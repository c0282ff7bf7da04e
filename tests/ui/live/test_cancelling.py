"""What the Cancel button says it did."""

import pytest

from studio.generations.cancellation import Cancelled
from ui.live.cancelling import Offer, sentence_of


@pytest.mark.parametrize(
    ("cancelled", "sentence"),
    [
        (Cancelled(), "This had ended already."),
        (Cancelled(asked=("a",)), "Cancelling the running job."),
        (Cancelled(ended=("a",)), "Cancelled 1 job that waited."),
        (Cancelled(ended=("a", "b", "c")), "Cancelled 3 jobs that waited."),
        (
            Cancelled(ended=("b", "c"), asked=("a",)),
            "Cancelling the running job; cancelled 2 jobs that waited.",
        ),
        (Cancelled(asked=("a", "b")), "Cancelling 2 jobs on the server."),
    ],
)
def test_what_a_server_has_is_asked_for_and_what_waited_is_over(
    cancelled: Cancelled, sentence: str
) -> None:
    assert sentence_of(cancelled) == sentence


def test_an_offer_is_told_whole() -> None:
    value = Offer("Done.", "a", rest=2, others=3, undo="b c").value(7, "g")["offer"]
    assert (value["number"], value["group"], value["press"]) == (7, "g", "a")
    assert (value["rest"], value["others"], value["undo"]) == (2, 3, "b c")
    assert value["seconds"] > 0
