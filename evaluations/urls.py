"""Addresses of evaluations. Those of checks are quoted in reports: they stay."""

from django.urls import path

from evaluations.views import (
    catalogue,
    comparing,
    external,
    figures,
    monitors,
    proposals,
    runs,
)

app_name = "evaluations"
urlpatterns = [
    path("evaluations/", runs.RunList.as_view(), name="run-list"),
    path("evaluations/start/", runs.run_start, name="run-start"),
    path("evaluations/<int:pk>/", runs.run_detail, name="run-detail"),
    path("evaluations/compare/", comparing.version_compare, name="version-compare"),
    path("evaluations/<int:pk>/against/<int:champion>/", comparing.run_compare, name="run-compare"),
    path(
        "evaluations/<int:pk>/figures/<int:position>/",
        figures.figure_detail,
        name="figure-detail",
    ),
    path(
        "evaluations/<int:pk>/aggregates.<slug:ending>",
        figures.run_aggregates,
        name="run-aggregates",
    ),
    path("evaluations/<int:pk>/cancel/", runs.run_cancel, name="run-cancel"),
    path("evaluations/<int:pk>/replay/", runs.run_replay, name="run-replay"),
    path("evaluations/<int:run>/monitor/", monitors.monitor_add, name="monitor-add"),
    path("evaluations/external/", external.ExternalList.as_view(), name="external-list"),
    path("evaluations/external/import/", external.external_import, name="external-import"),
    path("evaluations/external/<int:pk>/", external.external_detail, name="external-detail"),
    path("evaluations/external/<int:pk>/limits/", external.external_limits, name="external-limits"),
    path("evaluations/external/<int:pk>/file/", external.external_file, name="external-file"),
    path("monitors/", monitors.MonitorList.as_view(), name="monitor-list"),
    path("monitors/<int:pk>/", monitors.monitor_detail, name="monitor-detail"),
    path("monitors/<int:pk>/edit/", monitors.monitor_edit, name="monitor-edit"),
    path("monitors/<int:pk>/<slug:verb>/", monitors.monitor_step, name="monitor-step"),
    path("proposals/", proposals.ProposalList.as_view(), name="proposal-list"),
    path("proposals/<int:pk>/", proposals.proposal_detail, name="proposal-detail"),
    path("proposals/<int:pk>/<slug:verb>/", proposals.proposal_step, name="proposal-step"),
    path("checks/", catalogue.CheckList.as_view(), name="check-list"),
    path("checks/<str:name>/", catalogue.check_detail, name="check-detail"),
]
