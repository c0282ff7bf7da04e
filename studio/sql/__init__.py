"""A viewer's own SQL questions, and the sums that long periods are answered from."""
