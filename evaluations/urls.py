"""Addresses of evaluations."""

from django.urls import path

from evaluations import views

app_name = "evaluations"
urlpatterns = [
    path("", views.RunList.as_view(), name="run-list"),
    path("start/", views.run_start, name="run-start"),
    path("<int:pk>/", views.run_detail, name="run-detail"),
    path("<int:pk>/replay/", views.run_replay, name="run-replay"),
    path("checks/", views.check_list, name="check-list"),
    path("checks/<str:name>/", views.check_detail, name="check-detail"),
]
