"""Measurements, each against a floor taken in the same run. Nothing of it is in the product or its tests."""
