"""All routes."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

import evaluations.api
import frameworks.api
import governance.assessments.api
import governance.comments.api
import governance.risks.api
import incidents.api
import models_registry.api
import reports.api
from web.views import health
from workspace.views.account import LogOut
from workspace.views.api_docs import api_docs

router = SimpleRouter()
for api in (
    frameworks.api,
    models_registry.api,
    evaluations.api,
    incidents.api,
    governance.assessments.api,
    governance.risks.api,
    governance.comments.api,
    reports.api,
):
    api.register(router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", LogOut.as_view(), name="account_logout"),
    path("account/inactive/", account.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
    path("api/v1/", include((router.urls, "api"))),
    path("styleguide/", include("web.urls")),
    path("frameworks/", include("frameworks.urls")),
    path("systems/", include("models_registry.urls")),
    path("", include("evaluations.urls")),
    path("incidents/", include("incidents.urls")),
    path("assessments/", include("governance.assessments.urls")),
    path("risks/", include("governance.risks.urls")),
    path("comments/", include("governance.comments.urls")),
    path("reports/", include("reports.urls")),
    path("", include("workspace.urls")),
]
