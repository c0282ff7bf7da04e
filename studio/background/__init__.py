"""What runs beside the requests: parts with a thread, and chores."""
