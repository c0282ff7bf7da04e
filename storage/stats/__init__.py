"""The questions of the Stats tab, in SQL and pure functions."""
