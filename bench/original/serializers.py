"""What the original answers, in SynergyOS's names."""

from django.contrib.auth.models import User
from rest_framework import serializers

from bench.original.models import Project, Task, Webhook, WebhookDelivery


class Person(serializers.ModelSerializer):
    full_name = serializers.CharField(source="get_full_name", read_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "full_name"]


class Profile(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ["id", "username", "email", "first_name", "last_name"]


class Registration(serializers.ModelSerializer):
    password = serializers.CharField(write_only=True)

    class Meta:
        model = User
        fields = ["id", "username", "email", "password", "first_name", "last_name"]

    def create(self, validated_data):
        return User.objects.create_user(**validated_data)


class ProjectSerializer(serializers.ModelSerializer):
    owner = Person(read_only=True)
    team_members = Person(many=True, read_only=True)

    class Meta:
        model = Project
        fields = [
            "id", "name", "description", "status", "priority", "start_date", "end_date", "budget", "owner",
            "team_members", "progress", "task_count", "completed_task_count", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["progress", "task_count", "completed_task_count"]


class TaskSerializer(serializers.ModelSerializer):
    assignees = Person(many=True, read_only=True)

    class Meta:
        model = Task
        fields = [
            "id", "project", "title", "description", "status", "priority", "impact", "assignees", "start_date",
            "due_date", "estimated_hours", "actual_hours", "story_points", "completed_at", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["completed_at"]


class WebhookSerializer(serializers.ModelSerializer):
    class Meta:
        model = Webhook
        fields = ["id", "name", "url", "events", "is_active", "created_at"]


class DeliverySerializer(serializers.ModelSerializer):
    class Meta:
        model = WebhookDelivery
        fields = ["id", "event_type", "status", "created_at"]
