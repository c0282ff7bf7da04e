"""Films and sounds as files, written without any codec of others. Pure."""
