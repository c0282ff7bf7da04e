"""One SQL statement of a viewer, run in a process of its own."""
