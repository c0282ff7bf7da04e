"""Who may ask for what, on every route."""
