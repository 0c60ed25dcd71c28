"""What there would be without SynergyOS: a bare application on the same server, an echo on the same bus."""
