"""The page, in Gradio: a folder a tab, with its Python, scripts, HTML and style.

`page` joins the tabs, `shell` has what all share, `live` the panel that shows what runs, and
`library` answers what the gallery's and the full view's scripts ask.
"""

from ui.shell.lazy_gradio import import_gradio

import_gradio()
