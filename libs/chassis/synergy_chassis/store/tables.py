"""The store's bookkeeping tables that a service writes itself; store/sql/schema.sql makes them."""

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, MetaData, Table, Text, func
from sqlalchemy.dialects.postgresql import JSONB

_metadata = MetaData(schema="store")

positions = Table(
    "positions",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("epoch", Text),
    Column("taken", BigInteger, nullable=False, server_default="0"),
    Column("taken_before", BigInteger, nullable=False, server_default="0"),
    Column("updated_at", DateTime(timezone=True), nullable=False, onupdate=func.now()),
)

parked = Table(
    "parked",
    _metadata,
    Column("consumer", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", BigInteger, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("event", JSONB, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False),
)

rebuilds = Table(
    "rebuilds",
    _metadata,
    Column("model", Text, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("fold", Text, nullable=False),
    Column("last_stream", Text, nullable=False),
    Column("upto", Text, nullable=False),
    Column("events_done", BigInteger, nullable=False),
    Column("differences", BigInteger, nullable=False),
    Column("finished", Boolean, nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False, onupdate=func.now()),
)

parked_streams = Table(
    "parked_streams",
    _metadata,
    Column("model", Text, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("parked_at", DateTime(timezone=True), nullable=False),
)
