"""`synergy`: SynergyOS on the command line."""
