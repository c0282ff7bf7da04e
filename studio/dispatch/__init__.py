"""From a queued job to its kept files: sent, collected, settled."""
