"""What delivering webhooks takes: to the last answer, in a second, and beside endpoints that never answer."""
