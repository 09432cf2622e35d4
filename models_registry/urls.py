"""Addresses of the registry."""

from django.urls import path

from models_registry.views import (
    card_editor,
    card_history,
    deployments,
    files,
    intake,
    systems,
    versions,
)

app_name = "models_registry"
urlpatterns = [
    path("", systems.SystemList.as_view(), name="system-list"),
    path("register/", systems.system_register, name="system-register"),
    path("<int:pk>/", systems.system_detail, name="system-detail"),
    path("<int:pk>/edit/", systems.system_edit, name="system-edit"),
    path("<int:pk>/intake/", intake.system_intake, name="system-intake"),
    path("<int:pk>/duplicate/", intake.system_duplicate, name="system-duplicate"),
    path("<int:pk>/step/<slug:verb>/", systems.system_move, name="system-move"),
    path("versions/", versions.VersionList.as_view(), name="version-list"),
    path("versions/register/", versions.version_register, name="version-register"),
    path("versions/<int:pk>/", versions.version_detail, name="version-detail"),
    path("versions/<int:pk>/edit/", versions.version_edit, name="version-edit"),
    path("versions/<int:pk>/card/", versions.card_import, name="card-import"),
    path("versions/<int:pk>/step/<slug:verb>/", versions.version_move, name="version-move"),
    path("versions/<int:pk>/card/edit/", card_editor.card_edit, name="card-edit"),
    path("versions/<int:pk>/card/preview/", card_editor.card_preview, name="card-preview"),
    path("versions/<int:pk>/card/revise/", card_editor.card_revise, name="card-revise"),
    path("versions/<int:pk>/card/discard/", card_editor.card_discard, name="card-discard"),
    path("versions/<int:pk>/card/start/", card_editor.card_start, name="card-start"),
    path("cards/<int:pk>/step/<slug:verb>/", card_history.card_move, name="card-move"),
    path("cards/<int:pk>/diff/", card_history.card_compare, name="card-diff"),
    path("versions/<int:pk>/deploy/", deployments.deployment_start, name="deployment-start"),
    path("deployments/", deployments.DeploymentList.as_view(), name="deployment-list"),
    path("deployments/at/", deployments.DeploymentAt.as_view(), name="deployment-at"),
    path("deployments/<int:pk>/", deployments.deployment_detail, name="deployment-detail"),
    path("deployments/<int:pk>/check/", deployments.deployment_check, name="deployment-check"),
    path(
        "deployments/<int:pk>/step/<slug:verb>/",
        deployments.deployment_move,
        name="deployment-move",
    ),
    path(
        "models/<int:pk>/in/<slug:environment>/",
        deployments.deployment_history,
        name="deployment-history",
    ),
    path("cards/<int:pk>/original/", files.card_original, name="card-original"),
    path("cards/<int:pk>/json/", files.card_json, name="card-json"),
    path("datasets/", files.DatasetList.as_view(), name="dataset-list"),
    path("datasets/upload/", files.dataset_upload, name="dataset-upload"),
    path("datasets/<int:pk>/", files.dataset_detail, name="dataset-detail"),
    path("datasets/<int:pk>/original/", files.dataset_original, name="dataset-original"),
]
