"""Addresses of frameworks, crosswalks, profiles and obligations."""

from django.urls import path

from frameworks.views import catalogue, crosswalks, imports, migrations, profiles

app_name = "frameworks"
urlpatterns = [
    path("", catalogue.FrameworkList.as_view(), name="framework-list"),
    path("import/", catalogue.playbook_import, name="playbook-import"),
    path("add/", imports.framework_add, name="framework-add"),
    path("add/template.<slug:kind>", imports.template_file, name="framework-template"),
    path("imports/", imports.ImportList.as_view(), name="import-list"),
    path("imports/<int:pk>/", imports.import_detail, name="import-detail"),
    path("imports/<int:pk>/<slug:verb>/", imports.import_step, name="import-step"),
    path("<int:pk>/", catalogue.version_detail, name="version-detail"),
    path("nodes/<int:pk>/", catalogue.node_detail, name="node-detail"),
    path("crosswalks/", crosswalks.CrosswalkList.as_view(), name="crosswalk-list"),
    path("crosswalks/add/", crosswalks.crosswalk_add, name="crosswalk-add"),
    path(
        "crosswalks/<int:source>/<int:target>/",
        crosswalks.CrosswalkDetail.as_view(),
        name="crosswalk-detail",
    ),
    path("obligations/", crosswalks.ObligationList.as_view(), name="obligation-list"),
    path(
        "editions/<int:old>/<int:new>/",
        migrations.MigrationDetail.as_view(),
        name="migration-detail",
    ),
    path(
        "editions/<int:old>/<int:new>/settle/",
        migrations.migration_settle,
        name="migration-settle",
    ),
    path("profiles/", profiles.ProfileList.as_view(), name="profile-list"),
    path("profiles/new/", profiles.profile_create, name="profile-create"),
    path("profiles/<int:pk>/", profiles.profile_detail, name="profile-detail"),
    path("profiles/<int:pk>/items/", profiles.profile_items, name="profile-items"),
    path("profiles/<int:pk>/publish/", profiles.profile_publish, name="profile-publish"),
]
