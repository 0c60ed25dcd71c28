"""
Unordered work: done by any replica, tried again after growing delays, parked where an operator finds it.

`WorkClient` hands work over, the entrypoint `work` does it, `parked` lists and replays what could not be done.
"""
