"""What a project is and may become: plain Python, no clock, no database, no bus."""
