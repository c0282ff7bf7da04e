"""Suggestions while a prompt is written."""
