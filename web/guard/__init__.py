"""What anybody may send, and how much of it, on every route."""
