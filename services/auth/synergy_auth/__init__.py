"""Auth: accounts, passwords, sessions and tokens."""

__version__ = "0.1.0"
