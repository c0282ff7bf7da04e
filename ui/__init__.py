"""The page: one file a tab. The only room that knows gradio."""

from ui.absent import import_gradio

import_gradio()
