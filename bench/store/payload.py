"""What is appended in every measurement of writing: about 210 bytes of JSON. Standard library only."""

from typing import Any

TYPE = "task.created"


def payload(number: int) -> dict[str, Any]:
    """The event's data."""
    return {
        "task_id": number, "number": number, "created_by": 7, "title": f"Task number {number}",
        "description": "What is to be done, in a sentence", "status": "todo", "priority": "medium", "impact": 1000,
        "assignees": [7], "start_date": None, "due_date": None, "estimated_hours": 800,
    }  # fmt: skip
