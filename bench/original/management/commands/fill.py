"""Copies accounts, projects and tasks from the databases of a SynergyOS (AUTH_URL, PROJECTS_URL) into empty tables."""

import os
from decimal import Decimal

import psycopg
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand
from django.db import connection
from psycopg.rows import dict_row

from bench.original.models import Project, Task

BATCH = 2_000
SAME = ("id", "owner_id", "name", "description", "status", "priority", "start_date", "end_date", "budget", "progress",
        "task_count", "completed_task_count", "created_at", "updated_at")  # fmt: skip
SAME_OF_TASKS = ("id", "project_id", "created_by_id", "title", "description", "status", "priority", "impact",
                 "start_date", "due_date", "estimated_hours", "actual_hours", "story_points", "completed_at",
                 "created_at", "updated_at")  # fmt: skip


class Command(BaseCommand):
    """The same ids, names, dates and numbers; one password for all."""

    def handle(self, *args, **options):
        for model in (Project, Task):  # dates are those of the source
            for name in ("created_at", "updated_at"):
                field = model._meta.get_field(name)
                field.auto_now = field.auto_now_add = False
        with psycopg.connect(os.environ["AUTH_URL"], row_factory=dict_row) as auth:
            self.users(auth)
        with psycopg.connect(os.environ["PROJECTS_URL"], row_factory=dict_row) as projects:
            self.projects(projects)
            self.tasks(projects)
        with connection.cursor() as cursor:
            for table in ("auth_user", "original_project", "original_task"):
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}")
            cursor.execute("ANALYZE")

    def users(self, source):
        password = make_password("testpass123")
        rows = source.execute("SELECT id, username, email, first_name, last_name FROM users").fetchall()
        User.objects.bulk_create([User(password=password, **row) for row in rows], batch_size=BATCH)

    def projects(self, source):
        rows = source.execute("SELECT * FROM projects WHERE trashed_at IS NULL").fetchall()
        Project.objects.bulk_create([Project(**{name: row[name] for name in SAME}) for row in rows], batch_size=BATCH)
        members = source.execute("SELECT project_id, user_id FROM members").fetchall()
        through = Project.team_members.through
        through.objects.bulk_create([through(**member) for member in members], batch_size=BATCH)

    def tasks(self, source):
        rows = source.execute("SELECT *, created_by AS created_by_id FROM tasks WHERE trashed_at IS NULL").fetchall()
        tasks = [Task(**{name: row[name] for name in SAME_OF_TASKS}) for row in rows]
        for task in tasks:
            for name in ("impact", "estimated_hours", "actual_hours"):
                if (value := getattr(task, name)) is not None:
                    setattr(task, name, Decimal(value) / 100)
        Task.objects.bulk_create(tasks, batch_size=BATCH)
        through = Task.assignees.through
        given = [through(task_id=row["id"], user_id=user) for row in rows for user in row["assignees"]]
        through.objects.bulk_create(given, batch_size=BATCH)
