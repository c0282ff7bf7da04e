"""Records to rows of the tables and back. Pure."""
