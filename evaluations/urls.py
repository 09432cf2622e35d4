"""Addresses of evaluations. Those of checks are quoted in reports: they stay."""

from django.urls import path

from evaluations.views import catalogue, runs

app_name = "evaluations"
urlpatterns = [
    path("evaluations/", runs.RunList.as_view(), name="run-list"),
    path("evaluations/start/", runs.run_start, name="run-start"),
    path("evaluations/<int:pk>/", runs.run_detail, name="run-detail"),
    path("evaluations/<int:pk>/replay/", runs.run_replay, name="run-replay"),
    path("checks/", catalogue.CheckList.as_view(), name="check-list"),
    path("checks/<str:name>/", catalogue.check_detail, name="check-detail"),
]
