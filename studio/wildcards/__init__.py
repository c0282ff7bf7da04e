"""Wildcard lists: one's own, and files of the installation."""
