"""What all tables are in."""

from typing import Final

from sqlalchemy import MetaData

metadata: Final = MetaData()
