"""The operator's command, and what it knows about databases and the broker."""
