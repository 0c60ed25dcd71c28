"""The original's endpoints, with its own advice taken: related rows prefetched, lists of projects kept in Redis."""

from django.contrib.auth.models import User
from django.core.cache import cache
from django.db.models import Q
from rest_framework import viewsets
from rest_framework.decorators import action, api_view, permission_classes
from rest_framework.generics import CreateAPIView, RetrieveUpdateAPIView
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework_simplejwt.tokens import RefreshToken
from rest_framework_simplejwt.views import TokenObtainPairView

from bench.original.models import Project, Task, Webhook
from bench.original.serializers import (
    DeliverySerializer,
    Profile,
    ProjectSerializer,
    Registration,
    TaskSerializer,
    WebhookSerializer,
)

KEPT_SECONDS = 300


def visible_projects(user):
    """Those the user owns or is in the team of."""
    return Project.objects.filter(Q(owner=user) | Q(team_members=user)).distinct()


def get_user_projects(user_id):
    """As §6.3.4 has it: kept for five minutes, whatever changes meanwhile."""
    cache_key = f"user_projects_{user_id}"
    projects = cache.get(cache_key)
    if projects is None:
        found = Project.objects.filter(Q(owner_id=user_id) | Q(team_members=user_id)).distinct()
        projects = found.select_related("owner").prefetch_related("team_members").order_by("-created_at", "-id")
        cache.set(cache_key, projects, timeout=KEPT_SECONDS)
    return projects


@api_view(["GET"])
@permission_classes([AllowAny])
def health(request):
    """Whether the database and the cache answer."""
    User.objects.count()
    cache.set("health_check", "ok", 10)
    cache.get("health_check")
    return Response({"status": "healthy"})


class Login(TokenObtainPairView):
    permission_classes = [AllowAny]


class Register(CreateAPIView):
    permission_classes = [AllowAny]
    serializer_class = Registration

    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        token = RefreshToken.for_user(serializer.save())
        pair = {"access": str(token.access_token), "refresh": str(token)}
        return Response({"user": serializer.data, **pair}, status=201)


class Me(RetrieveUpdateAPIView):
    serializer_class = Profile

    def get_object(self):
        return self.request.user


class Projects(viewsets.ModelViewSet):
    serializer_class = ProjectSerializer

    def get_queryset(self):
        found = visible_projects(self.request.user)
        return found.select_related("owner").prefetch_related("team_members").order_by("-created_at", "-id")

    def list(self, request, *args, **kwargs):
        page = self.paginate_queryset(get_user_projects(request.user.id))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def perform_create(self, serializer):
        project = serializer.save(owner=self.request.user)
        project.team_members.add(self.request.user)


class Tasks(viewsets.ModelViewSet):
    serializer_class = TaskSerializer

    def get_queryset(self):
        found = Task.objects.filter(project__in=visible_projects(self.request.user).values("id"))
        if wanted := self.request.query_params.get("project"):
            found = found.filter(project_id=wanted)
        return found.select_related("project").prefetch_related("assignees").order_by("id")

    def perform_create(self, serializer):
        serializer.save(created_by=self.request.user)


class Webhooks(viewsets.ModelViewSet):
    serializer_class = WebhookSerializer

    def get_queryset(self):
        return Webhook.objects.filter(user=self.request.user).order_by("created_at", "id")

    def perform_create(self, serializer):
        serializer.save(user=self.request.user)

    @action(detail=True)
    def deliveries(self, request, pk=None):
        found = self.get_object().deliveries.order_by("-id")
        page = self.paginate_queryset(found)
        return self.get_paginated_response(DeliverySerializer(page, many=True).data)
