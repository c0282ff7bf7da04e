"""What the API takes and answers: its models, and records spelled as them."""
