"""Mechanism shared by the services, without a business word: store, follower, bus, relay, codec, clock."""
