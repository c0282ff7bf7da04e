"""The command line and the log."""
