"""Addresses of the catalogue pages."""

from django.urls import path

from frameworks import views

app_name = "frameworks"
urlpatterns = [
    path("", views.FrameworkList.as_view(), name="framework-list"),
    path("import/", views.playbook_import, name="playbook-import"),
    path("<int:pk>/", views.version_detail, name="version-detail"),
    path("nodes/<int:pk>/", views.node_detail, name="node-detail"),
]
