"""The original's tables, with the columns that SynergyOS has of them."""

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Sum


class Project(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="owned_projects")
    team_members = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="projects")
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    status = models.CharField(max_length=20, default="planning")
    priority = models.CharField(max_length=20, default="medium")
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    budget = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    progress = models.IntegerField(default=0)
    task_count = models.IntegerField(default=0)
    completed_task_count = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    def count_progress(self) -> None:
        """Of the tasks as they are now."""
        done = Q(status="done")
        found = self.tasks.aggregate(
            total=Sum("impact"), done=Sum("impact", filter=done), count=Count("id"), completed=Count("id", filter=done)
        )
        self.task_count, self.completed_task_count = found["count"], found["completed"]
        if found["total"]:
            self.progress = int(100 * (found["done"] or 0) / found["total"])
        else:
            self.progress = 100 * found["completed"] // found["count"] if found["count"] else 0
        self.save(update_fields=["progress", "task_count", "completed_task_count", "updated_at"])


class Task(models.Model):
    project = models.ForeignKey(Project, models.CASCADE, related_name="tasks")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="created_tasks")
    assignees = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="tasks", blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    status = models.CharField(max_length=20, default="todo")
    priority = models.CharField(max_length=20, default="medium")
    impact = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    start_date = models.DateField(null=True)
    due_date = models.DateField(null=True)
    estimated_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    actual_hours = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    story_points = models.IntegerField(null=True)
    completed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    def save(self, *args: object, **options: object) -> None:
        """With every task the progress of its project is counted anew."""
        super().save(*args, **options)
        self.project.count_progress()


class Webhook(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="webhooks")
    name = models.CharField(max_length=200)
    url = models.URLField()
    events = models.JSONField(default=list)
    secret = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["user", "is_active"])]


class WebhookDelivery(models.Model):
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event_type = models.CharField(max_length=50)
    payload = models.JSONField()
    status = models.CharField(max_length=20, default="pending")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"]), models.Index(fields=["event_type"])]
