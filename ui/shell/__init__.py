"""What all tabs share: theme, header, calls from scripts, wording."""
