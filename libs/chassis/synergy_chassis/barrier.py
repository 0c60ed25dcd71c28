"""What a process has waited for at the store's barrier."""

from dataclasses import dataclass


@dataclass(slots=True)
class BarrierWaits:
    """
    Since the process started: how many `reads` of the log there were, the `seconds` they waited for writers, and the
    `longest` of these waits. `holder` is the server process (pid) of the writer that the last read waited for, 0 where
    it waited for none.
    """

    reads: int = 0
    seconds: float = 0.0
    longest: float = 0.0
    holder: int = 0

    def add(self, waited: float, held_by: int | None) -> None:
        """One read waited so long, for this writer."""
        self.reads += 1
        self.seconds += waited
        self.longest = max(self.longest, waited)
        self.holder = held_by or 0
