"""What SynergyOS answers over HTTP, and how fast, beside floors and a twin of the original in the same run."""
