"""Runs a measured program on our side: a floor, or the store itself."""

from bench.store.protocol import obey

if __name__ == "__main__":
    obey("bench.store.programs")
