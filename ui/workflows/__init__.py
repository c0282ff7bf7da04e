"""The Workflows tab."""
