"""The table that a floor reads a row of."""

from typing import Final

TABLE: Final = "public.floor_documents"
