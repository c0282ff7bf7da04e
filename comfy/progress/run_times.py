"""When a prompt ran, where the server's clock and ours both say something of it. Pure."""

from comfy.protocol.events import Over

LONGEST_RUN = 90 * 86_400.0
"""Seconds that a server may say a prompt took, or ended ago; more is a fault of its clock."""


def server_seconds(event: Over) -> float | None:
    """Seconds that a prompt took by the server's clock; None where it is silent or wrong."""
    if event.started_at is None or event.ended_at is None:
        return None
    took = event.ended_at - event.started_at
    return took if 0.0 <= took <= LONGEST_RUN else None


def start_and_end(event: Over, took: float, heard: float | None) -> tuple[float, float]:
    """When a prompt that *took* so long by the server's clock started and ended by ours.

    *heard* is when it was heard to start, None where it was not. Clocks differ: of what was heard
    here, only how long it took is the server's to say.
    """
    if heard is not None:
        end = min(event.at, heard + took)
    else:
        ended_at = event.ended_at if event.ended_at is not None else event.at
        end = ended_at if 0.0 <= event.at - ended_at <= LONGEST_RUN else event.at
    return end - took, end
