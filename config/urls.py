"""All routes."""

from importlib.util import find_spec

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from web.views import health
from workspace.views.api_docs import api_docs

router = SimpleRouter()

_PLACES = {
    "": "workspace",
    "styleguide/": "web",
    "frameworks/": "frameworks",
    "systems/": "models_registry",
    "evaluations/": "evaluations",
    "incidents/": "incidents",
    "assessments/": "governance.assessments",
    "reports/": "reports",
}

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health, name="health"),
    path("account/login/", account.login, name="account_login"),
    path("account/logout/", account.logout, name="account_logout"),
    path("account/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account.password_change, name="account_change_password"),
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", api_docs, name="api-docs"),
]

for prefix, package in _PLACES.items():
    if package not in settings.INSTALLED_APPS:
        continue
    if package != "web" and find_spec(f"{package}.api"):
        __import__(f"{package}.api", fromlist=["register"]).register(router)
    if find_spec(f"{package}.urls"):
        urlpatterns.append(path(prefix, include(f"{package}.urls")))

urlpatterns.append(path("api/v1/", include((router.urls, "api"))))
