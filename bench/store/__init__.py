"""What the event store costs: `make bench-store`, or one part: `python -m bench.store append --quick`."""
