"""The page: one file a tab. The only room that knows gradio."""
