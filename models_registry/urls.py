"""Addresses of the registry."""

from django.urls import path

from models_registry.views import files, systems, versions

app_name = "models_registry"
urlpatterns = [
    path("", systems.SystemList.as_view(), name="system-list"),
    path("register/", systems.system_register, name="system-register"),
    path("<int:pk>/", systems.system_detail, name="system-detail"),
    path("<int:pk>/edit/", systems.system_edit, name="system-edit"),
    path("<int:pk>/step/<slug:verb>/", systems.system_move, name="system-move"),
    path("versions/", versions.VersionList.as_view(), name="version-list"),
    path("versions/register/", versions.version_register, name="version-register"),
    path("versions/<int:pk>/", versions.version_detail, name="version-detail"),
    path("versions/<int:pk>/edit/", versions.version_edit, name="version-edit"),
    path("versions/<int:pk>/card/", versions.card_import, name="card-import"),
    path("versions/<int:pk>/step/<slug:verb>/", versions.version_move, name="version-move"),
    path("cards/<int:pk>/original/", files.card_original, name="card-original"),
    path("cards/<int:pk>/json/", files.card_json, name="card-json"),
    path("datasets/", files.DatasetList.as_view(), name="dataset-list"),
    path("datasets/upload/", files.dataset_upload, name="dataset-upload"),
    path("datasets/<int:pk>/", files.dataset_detail, name="dataset-detail"),
    path("datasets/<int:pk>/original/", files.dataset_original, name="dataset-original"),
]
