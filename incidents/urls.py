"""Addresses of the incident pages."""

from django.urls import path

from incidents import exchange_urls, response_urls, signal_urls, views
from incidents.views.asking import incident_ask
from incidents.views.response import incident_response
from incidents.views.trends import incident_trends

app_name = "incidents"

urlpatterns = [
    path("", views.IncidentList.as_view(), name="incident-list"),
    path("declare/", views.incident_declare, name="incident-declare"),
    path("trends/", incident_trends, name="incident-trends"),
    *exchange_urls.urlpatterns,
    *signal_urls.urlpatterns,
    *response_urls.urlpatterns,
    path("<int:pk>/", views.incident_detail, name="incident-detail"),
    path("<int:pk>/notes/", views.incident_note, name="incident-note"),
    path("<int:pk>/severity/", views.incident_severity, name="incident-severity"),
    path("<int:pk>/commander/", views.incident_commander, name="incident-commander"),
    path("<int:pk>/response/", incident_response, name="incident-response"),
    path("<int:pk>/ask/<slug:what>/", incident_ask, name="incident-ask"),
    path("<int:pk>/<slug:verb>/", views.incident_advance, name="incident-advance"),
]
