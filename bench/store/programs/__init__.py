"""What runs in a process of its own and is measured."""
