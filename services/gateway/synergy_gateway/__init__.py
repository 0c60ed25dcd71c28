"""The only HTTP door of SynergyOS."""

__version__ = "0.1.0"
