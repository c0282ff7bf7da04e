"""What each program writes into its files, as settings. Pure."""
