"""Any sequence of events, drawn by hypothesis."""

from hypothesis import strategies as st

from comfy.protocol import events as ev
from comfy.protocol.events import NodeReport, NodeState

NODES = st.sampled_from(["1", "2", "3", "4", "2.0.0.1", "2.0.0.2", "x", "y", ""])
NUMBERS = st.one_of(
    st.floats(-1e15, 1e15), st.integers(-5, 40).map(float), st.just(0.0), st.just(1.0)
)
FILES = st.lists(st.builds(ev.OutputFile, st.just("4"), st.just("images"), st.text(max_size=3)))
REPORTS = st.builds(
    NodeReport, NODES, NUMBERS, NUMBERS, st.sampled_from(NodeState), parent=NODES, real=NODES
)


def events() -> st.SearchStrategy[ev.Event]:
    """Any event of this prompt, or now and then of another."""
    id_ = st.sampled_from(["p"] * 9 + ["q", ""])
    at = st.floats(0, 2e9)
    texts = st.lists(st.text(max_size=3), max_size=3).map(tuple)
    files = FILES.map(tuple)
    times = {"started_at": st.none() | at, "ended_at": st.none() | at}
    return st.one_of(
        st.builds(ev.Queued, id_, at, st.integers(-1, 9)),
        st.builds(ev.Accepted, id_, at, st.just(()), texts),
        st.builds(ev.Started, id_, at),
        st.builds(ev.Cached, id_, at, st.lists(NODES, max_size=4).map(tuple)),
        st.builds(ev.NodeStarted, id_, at, NODES, NODES),
        st.builds(ev.Stepped, id_, at, NODES, NUMBERS, NUMBERS),
        st.builds(ev.Reported, id_, at, st.lists(REPORTS, max_size=4).map(tuple)),
        st.builds(ev.Previewed, id_, at, st.binary(max_size=3)),
        st.builds(ev.Said, id_, at, NODES, st.text(max_size=3)),
        st.builds(ev.Produced, id_, at, st.just("4"), files, texts),
        st.builds(ev.Succeeded, id_, at),
        st.builds(ev.Ended, id_, at),
        st.builds(ev.Finished, id_, at, files, texts, **times),
        st.builds(ev.Interrupted, id_, at, NODES, **times),
        st.builds(ev.Failed, id_, at),
        st.builds(ev.Lost, id_, at),
    )


SEQUENCES = st.lists(events(), max_size=30)
