"""Where they are."""

from django.urls import include, path
from rest_framework.routers import DefaultRouter
from rest_framework_simplejwt.views import TokenRefreshView

from bench.original import views

router = DefaultRouter()
router.register("projects", views.Projects, basename="project")
router.register("tasks", views.Tasks, basename="task")
router.register("webhooks", views.Webhooks, basename="webhook")

urlpatterns = [
    path("api/health/", views.health),
    path("api/auth/login/", views.Login.as_view()),
    path("api/auth/register/", views.Register.as_view()),
    path("api/auth/token/refresh/", TokenRefreshView.as_view()),
    path("api/auth/user/", views.Me.as_view()),
    path("api/", include(router.urls)),
]
