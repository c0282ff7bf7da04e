"""What the application does: generations from request to record. No gradio."""
