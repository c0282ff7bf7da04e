"""How the page looks: the theme's values, and what its head loads.

Fonts come with Gradio (IBM Plex) or from the system; nothing is fetched from elsewhere.
"""

from typing import Any

import gradio as gr
from gradio.themes.utils import colors, fonts, sizes

from ui.shell import plotly_address
from ui.shell.assets import SHEET, address, needed

PAGE_SCRIPTS = (
    *("shell/page.js", "shell/limits.js", "shell/drops.js", "shell/draft.js"),
    *("install/shared.js", "generate/help.js"),
)
"""What concerns the page as a whole."""
FIRST_SEEN = ("shell/header.js", "live/live.js", "generate/source.js")
"""Modules that are fetched with the page, for they are seen first."""

_TEAL = colors.Color(
    name="glass",
    c50="#eefaf7",
    c100="#d5f2eb",
    c200="#aee4d9",
    c300="#7bd0c1",
    c400="#45b5a5",
    c500="#1f9a8b",
    c600="#0f7c71",
    c700="#0d645c",
    c800="#0e504b",
    c900="#0f423e",
    c950="#052624",
)
_SLATE = colors.Color(
    name="slate",
    c50="#f7f8f8",
    c100="#eff1f2",
    c200="#e2e6e8",
    c300="#cdd3d7",
    c400="#98a3aa",
    c500="#66727a",
    c600="#4d5860",
    c700="#363f46",
    c800="#23292e",
    c900="#171b1f",
    c950="#0e1114",
)

# light, dark; a name of the theme is written with and without "_dark" from one pair.
_PAIRS: dict[str, tuple[str, str]] = {
    "body_background_fill": ("#f4f6f6", "#0e1114"),
    "body_text_color": ("#14191d", "#e7ecef"),
    "body_text_color_subdued": ("#5a666e", "#9aa6ae"),
    "background_fill_primary": ("#ffffff", "#161a1e"),
    "background_fill_secondary": ("#f4f6f6", "#1b2025"),
    "border_color_primary": ("#e0e5e7", "#272d33"),
    "border_color_accent": ("#7bd0c1", "#0d645c"),
    "block_background_fill": ("transparent", "transparent"),
    "block_title_text_color": ("#3b454c", "#c3ccd2"),
    "block_info_text_color": ("#5a666e", "#9aa6ae"),
    "block_label_background_fill": ("#ffffff", "#161a1e"),
    "block_label_text_color": ("#3b454c", "#c3ccd2"),
    "input_background_fill": ("#ffffff", "#101418"),
    "input_background_fill_focus": ("#ffffff", "#101418"),
    "input_background_fill_hover": ("#ffffff", "#101418"),
    "input_border_color": ("#cfd6da", "#343c44"),
    "input_border_color_hover": ("#aab5bb", "#48525b"),
    "input_border_color_focus": ("#0f7c71", "#45b5a5"),
    "input_placeholder_color": ("#69747c", "#7f8b94"),
    "input_shadow": ("none", "none"),
    "input_shadow_focus": ("inset 0 0 0 1px #0f7c71", "inset 0 0 0 1px #45b5a5"),
    "button_primary_background_fill": ("#0f7c71", "#45b5a5"),
    "button_primary_background_fill_hover": ("#0d645c", "#62c5b6"),
    "button_primary_text_color": ("#ffffff", "#03201d"),
    "button_primary_text_color_hover": ("#ffffff", "#03201d"),
    "button_primary_border_color": ("transparent", "transparent"),
    "button_primary_border_color_hover": ("transparent", "transparent"),
    "button_secondary_background_fill": ("#ffffff", "#1b2025"),
    "button_secondary_background_fill_hover": ("#eff2f3", "#242a30"),
    "button_secondary_border_color": ("#cfd6da", "#343c44"),
    "button_secondary_border_color_hover": ("#aab5bb", "#48525b"),
    "button_secondary_text_color": ("#26303a", "#dbe2e6"),
    "button_secondary_text_color_hover": ("#14191d", "#f2f5f7"),
    "slider_color": ("#0f7c71", "#45b5a5"),
    "color_accent_soft": ("#eefaf7", "#0f2b29"),
    "checkbox_background_color_selected": ("#0f7c71", "#45b5a5"),
    "checkbox_border_color_selected": ("#0f7c71", "#45b5a5"),
    "checkbox_label_background_fill": ("transparent", "transparent"),
    "checkbox_label_background_fill_hover": ("#e9eeef", "#20262b"),
    "checkbox_label_background_fill_selected": ("#ffffff", "#2b333a"),
    "checkbox_label_text_color": ("#4a555c", "#a9b4bb"),
    "checkbox_label_text_color_selected": ("#0d645c", "#7bd0c1"),
    "checkbox_label_border_color": ("transparent", "transparent"),
    "panel_background_fill": ("transparent", "transparent"),
    "link_text_color": ("#0d645c", "#7bd0c1"),
    "link_text_color_hover": ("#0f423e", "#aee4d9"),
    "table_border_color": ("#e0e5e7", "#272d33"),
    "table_even_background_fill": ("transparent", "transparent"),
    "table_odd_background_fill": ("transparent", "transparent"),
    "block_border_width": ("0px", "0px"),
    "input_border_width": ("1px", "1px"),
    "button_border_width": ("1px", "1px"),
    "button_primary_shadow": ("0 1px 2px rgb(10 40 36 / .18)", "none"),
    "button_secondary_shadow": ("none", "none"),
}
_ALONE = {
    "block_padding": "0",
    "block_radius": "10px",
    "block_shadow": "none",
    "block_label_border_width": "0px",
    "block_title_text_weight": "400",
    "block_title_text_size": "13px",
    "block_title_padding": "0",
    "block_title_background_fill": "transparent",
    "block_title_border_width": "0px",
    "block_info_text_size": "12.5px",
    "input_radius": "8px",
    "input_padding": "9px 11px",
    "input_text_size": "14px",
    "layout_gap": "16px",
    "form_gap_width": "0px",
    "button_large_radius": "9px",
    "button_medium_radius": "8px",
    "button_small_radius": "7px",
    "button_large_text_weight": "600",
    "button_large_text_size": "15px",
    "button_medium_text_size": "14px",
    "button_small_text_size": "13px",
    "button_transform_hover": "none",
    "button_transition": "background-color .12s, border-color .12s",
    "checkbox_label_shadow": "none",
    "checkbox_label_border_width": "0px",
    "checkbox_label_padding": "7px 12px",
    "body_text_size": "14px",
    "container_radius": "10px",
    "section_header_text_weight": "600",
}


def theme() -> gr.themes.Base:
    """The theme, light and dark."""
    base = gr.themes.Base(
        primary_hue=_TEAL,
        secondary_hue=_TEAL,
        neutral_hue=_SLATE,
        spacing_size=sizes.spacing_md,
        radius_size=sizes.radius_md,
        text_size=sizes.text_md,
        # Gradio's copies of the other weights lack most of the alphabet.
        font=(fonts.LocalFont("IBM Plex Sans", (400, 700)), "system-ui", "sans-serif"),
        font_mono=(fonts.LocalFont("IBM Plex Mono", (400, 700)), "ui-monospace", "monospace"),
    )
    values: dict[str, Any] = dict(_ALONE)
    for name, (light, dark) in _PAIRS.items():
        values[name] = light
        values[f"{name}_dark"] = dark
    return base.set(**values)


def head() -> str:
    """What goes into the page's head: colours for the browser's own parts, style and scripts."""
    first = "".join(
        f'<script type="module" src="{address(name)}"></script>' for name in PAGE_SCRIPTS
    )
    return (
        '<meta name="color-scheme" content="light dark">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="theme-color" content="#f4f6f6" media="(prefers-color-scheme: light)">'
        '<meta name="theme-color" content="#0e1114" media="(prefers-color-scheme: dark)">'
        '<link rel="apple-touch-icon" href="icons/180.png">'
        '<link rel="icon" type="image/png" sizes="192x192" href="icons/192.png">'
        f'<meta name="stepglass-plotly" content="{plotly_address.address()}">'
        f'<link rel="stylesheet" href="{address(SHEET)}">{first}'
    )


def ahead() -> str:
    """The value of a Link header: what a browser may fetch while it still reads the page."""
    modules = needed((*PAGE_SCRIPTS, *FIRST_SEEN))
    return ", ".join(
        (
            f"<{address(SHEET)}>; rel=preload; as=style",
            *(f"<{address(name)}>; rel=modulepreload" for name in modules),
        )
    )
