"""
Programs of ours that start at once: forked from a process that has loaded our libraries before, not loaded anew.

Loading takes a second of a processor, and the tests start hundreds of programs. What is forked is a process like any
other: a child of this one, with an address, a session, signals and an exit code of its own, dead when this one dies.
How a program loads is tried by the tests that start it the long way, as `make run` does.
"""

from forking.forked import Forked
from forking.leashed import begin
from forking.starting import run, start

__all__ = ["Forked", "begin", "run", "start"]
