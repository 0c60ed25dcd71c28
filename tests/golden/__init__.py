"""
Every form in which an event was ever stored, and what it is read as today: one file a type and schema version.

A file holds `fingerprint`, that of the event's class when this version was today's, and `cases`: under a name of its
own, data as it was `stored`, and `decoded`, each field of the event with its value as Python writes it.

`python -m golden` (in tests/) fills in `decoded` and `fingerprint` where a file lacks them, and changes nothing else.
"""
