"""Sending: claim lanes, sign, POST, record. A program of its own, on asyncio, without eventlet."""
