"""The page: one file a tab. The only room that knows gradio."""

from ui.shell.lazy_gradio import import_gradio

import_gradio()
