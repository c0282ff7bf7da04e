"""Requests read, refusals spelled, streams counted."""
