"""Backups, and tables as files for other programs."""
