"""What a subscription is and what follows from an event: plain Python, no clock, no database."""
