"""A graph → a form: its fields, checks, choices and grids. Pure."""
