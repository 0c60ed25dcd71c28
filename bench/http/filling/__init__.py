"""Accounts, projects and tasks in numbers that nobody types, through the store as the service writes them."""
