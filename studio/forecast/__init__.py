"""How long a generation will take, by those before it."""
