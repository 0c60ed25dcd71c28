"""Clients: users who speak HTTP over connections of their own, many of them in one thread."""
