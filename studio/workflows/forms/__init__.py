"""Forms that people have open: what is typed into them, what that makes, and what is kept of it."""
