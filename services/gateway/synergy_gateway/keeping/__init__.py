"""
Answers that are kept in memory and served again, but never an older one than somebody was told of.

`table` says what is kept and what changes it, `marks` holds in Redis what was acknowledged, `news` what was heard as
events, `shelf` the answers themselves; `keeper` brings them together, and `door` answers before the framework is asked.
"""
