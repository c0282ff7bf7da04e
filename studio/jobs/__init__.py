"""Generations that are not over yet, and the order in which they run."""
