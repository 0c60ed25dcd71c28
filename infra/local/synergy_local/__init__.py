"""Runs all of SynergyOS on this machine: private servers, every process, the demo journey."""
