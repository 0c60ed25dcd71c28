"""How far a project has come, by the impact of its tasks: exact, in whole numbers of hundredths."""

from typing import NamedTuple


class Counters(NamedTuple):
    """Sums over the tasks that are not in the trash. Impacts are in hundredths."""

    impact_total: int = 0
    impact_done: int = 0
    task_count: int = 0
    completed_task_count: int = 0

    @property
    def progress(self) -> int:
        """
        The share of impact that is done, 0–100, rounded down.

        Without any impact the share of tasks done; without tasks 0.
        """
        if self.impact_total:
            return 100 * self.impact_done // self.impact_total
        if self.task_count:
            return 100 * self.completed_task_count // self.task_count
        return 0

    def plus(self, impact: int, *, done: bool) -> "Counters":
        """These counters with one task more."""
        return self._moved(1, impact, done)

    def minus(self, impact: int, *, done: bool) -> "Counters":
        """These counters without a task that they count."""
        return self._moved(-1, impact, done)

    def _moved(self, sign: int, impact: int, done: bool) -> "Counters":
        return Counters(
            self.impact_total + sign * impact,
            self.impact_done + sign * impact * done,
            self.task_count + sign,
            self.completed_task_count + sign * done,
        )
