"""The one application."""

from django.apps import AppConfig


class Original(AppConfig):
    name = "bench.original"
    label = "original"
