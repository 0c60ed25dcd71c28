"""
How many requests anybody may make: each signed-in user, and each address of those who are not signed in.

`rate` is the rule, `buckets` what is left of it, in Redis for all gateways together, and `door` asks before anything
else does.
"""
