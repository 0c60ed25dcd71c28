"""What holds for accounts, logins and tokens, in plain Python: no database, no bus, no clock."""
