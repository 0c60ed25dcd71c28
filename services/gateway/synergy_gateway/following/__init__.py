"""
Following along: the events of all projects somebody may see, asked for, waited for, or as a stream.

One `feed` for a gateway process reads the log of projects behind its head, as long as somebody follows, and hands each
event to the `subscription`s it concerns; `stream` writes one as Server-Sent Events, `watch` ends those whose session is
over, `pulse` looks after those that are quiet or stuck.
"""
