"""What may be suggested while a prompt is written."""
