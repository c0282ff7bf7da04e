"""The Stats tab's plots, made with plotly. Pure: a table in, a figure out.

Colours of text and lines are left to the style sheet (stats.css), so that one figure serves the
light and the dark page; the marks' colours suit both.
"""

import html
from collections.abc import Sequence
from pathlib import PurePosixPath

import pandas as pd
import plotly.graph_objects as go

FINISHED, FAILED, CANCELLED, LOST = "#1f9a8b", "#d65a50", "#93a0a8", "#d99a2b"
IMAGES = "#5b7fd1"
FONT = "IBM Plex Sans, system-ui, sans-serif"
BAR_PIXELS = 46
"""Height of one row of a speed plot."""
MOST_ROWS = 8
MAX_NAME = 30


def per_day(days: pd.DataFrame) -> go.Figure:
    """Generations a day by outcome, stacked, and images as a line."""
    figure = go.Figure()
    for name, colour in (
        ("finished", FINISHED),
        ("cancelled", CANCELLED),
        ("failed", FAILED),
        ("lost", LOST),
    ):
        if name == "finished" or int(days[name].sum()):
            figure.add_bar(x=days["day"], y=days[name], name=name, marker_color=colour)
    figure.add_scatter(
        x=days["day"],
        y=days["images"],
        name="images",
        mode="lines+markers" if len(days) < 40 else "lines",
        line={"color": IMAGES, "width": 2, "shape": "linear"},
        marker={"size": 5},
    )
    figure.update_layout(barmode="stack", bargap=0.25, height=280)
    most = max(int(days["generations"].max()), int(days["images"].max()), 1)
    figure.update_yaxes(rangemode="tozero", tickformat="~s", nticks=6)
    if most < 6:
        figure.update_yaxes(dtick=1)
    figure.update_xaxes(tickformat="%-d %b", nticks=7)
    return _plain(figure, legend=True)


def speed(table: pd.DataFrame, measure: str, unit: str) -> go.Figure:
    """Median of *measure* by checkpoint and size as bars, its 95th percentile as a mark.

    *table* has `checkpoint`, `size`, `{measure}_median` and `{measure}_p95`.
    """
    rows = table.dropna(subset=[f"{measure}_median"]).head(MOST_ROWS).iloc[::-1]
    middle, high = rows[f"{measure}_median"], rows[f"{measure}_p95"]
    places = list(range(len(rows)))
    figure = go.Figure()
    figure.add_bar(
        x=middle,
        y=places,
        orientation="h",
        name="median",
        width=0.34,
        marker={"color": FINISHED, "cornerradius": 3},
        hovertemplate=f"median %{{x:.3g}} {unit}<extra></extra>",
    )
    figure.add_scatter(
        x=high,
        y=places,
        mode="markers",
        name="95 %",
        marker={
            "color": LOST,
            "symbol": "line-ns",
            "size": 15,
            "line": {"width": 3, "color": LOST},
        },
        hovertemplate=f"95 % within %{{x:.3g}} {unit}<extra></extra>",
    )
    for place, (_, row) in zip(places, rows.iterrows(), strict=True):
        label = f"{short(str(row['checkpoint']))}  {row['size']}"
        figure.add_annotation(
            x=0, y=place, text=html.escape(label), showarrow=False, xanchor="left", yshift=17
        )
        said = f"{row[f'{measure}_median']:.3g} {unit}"
        figure.add_annotation(
            x=1, y=place, xref="paper", text=said, showarrow=False, xanchor="right", yshift=17
        )
    figure.update_layout(height=max(150, BAR_PIXELS * len(rows) + 76))
    figure.update_yaxes(showticklabels=False, showgrid=False, range=[-0.6, len(rows) - 0.2])
    figure.update_xaxes(rangemode="tozero", nticks=6)
    return _plain(figure, legend=True)


def short(checkpoint: str) -> str:
    """A checkpoint's name without folder and ending, at most 30 characters."""
    name = PurePosixPath(checkpoint.replace("\\", "/")).name
    for ending in (".safetensors", ".ckpt", ".gguf", ".sft"):
        name = name.removesuffix(ending)
    return name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"


def outcomes_said(rows: Sequence[tuple[str, int]]) -> str:
    """A sentence with the counts, for those who do not see the plot."""
    return ", ".join(f"{count} {status}" for status, count in rows if count)


def _plain(figure: go.Figure, *, legend: bool) -> go.Figure:
    figure.update_layout(
        template="none",
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 4, "r": 4, "t": 34 if legend else 8, "b": 4},
        font={"family": FONT, "size": 12.5},
        showlegend=legend,
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1,
            "xanchor": "left",
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        hovermode="x unified" if figure.layout.barmode == "stack" else "closest",
        dragmode=False,
        hoverlabel={"font": {"family": FONT}},
    )
    figure.update_xaxes(fixedrange=True, automargin=True, zeroline=False, showgrid=False)
    figure.update_yaxes(fixedrange=True, automargin=True, zeroline=False)
    return figure
