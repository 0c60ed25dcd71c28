"""Stored events as webhooks tell them: the full object right after each, and what changed in it."""

from synergy_projects.queries.render.renderer import Renderer

__all__ = ["Renderer"]
