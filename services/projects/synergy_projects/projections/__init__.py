"""
A project's state as rows, and the writes that turn its old rows into its new ones.

Live commands and the rebuild share this one path: both evolve the state by the stored events, and both write
its `tuples`.
"""

from synergy_projects.projections.codec import CODEC
from synergy_projects.projections.model import ProjectModel
from synergy_projects.projections.shapes import INLINE, SHAPES, Shape, tuples
from synergy_projects.projections.writing import Row, Rows, Write, clear, joining, queue, rows, writes

__all__ = [
    "CODEC",
    "INLINE",
    "SHAPES",
    "ProjectModel",
    "Row",
    "Rows",
    "Shape",
    "Write",
    "clear",
    "joining",
    "queue",
    "rows",
    "tuples",
    "writes",
]
