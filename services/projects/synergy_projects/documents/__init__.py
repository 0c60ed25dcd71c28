"""
Files that hold a project: read for an import, written by an export.

A file is read as often as it is gone through, element by element, so that memory holds one task of it and not all.
Every format becomes the same project and tasks; what is wrong is told with its line.
"""

from synergy_projects.documents.formats import FORMATS, Format, opened
from synergy_projects.documents.source import Chunks, Source
from synergy_projects.documents.text import Unreadable
from synergy_projects.documents.writing import Writer, Written, people_in

__all__ = ["FORMATS", "Chunks", "Format", "Source", "Unreadable", "Writer", "Written", "opened", "people_in"]
