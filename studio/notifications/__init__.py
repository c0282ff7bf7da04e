"""What people are told, and how: on the page, by webhooks, by messages."""
