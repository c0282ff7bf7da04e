"""The queue as people see and arrange it."""
