"""Runs a measured program of the rival."""

from bench.store.protocol import obey

obey("bench.store.rival")
