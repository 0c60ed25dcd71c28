"""The `eventsourcing` library doing the same, in an environment of its own: nothing of SynergyOS is imported here."""
