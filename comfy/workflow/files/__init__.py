"""What images and other files remember of how they were made. Pure."""
