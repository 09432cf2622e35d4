"""Addresses of risk pages."""

from django.urls import path

from governance.risks import views

app_name = "risks"
urlpatterns = [
    path("", views.RiskList.as_view(), name="risk-list"),
    path("register/", views.risk_register, name="risk-register"),
    path("<int:pk>/", views.risk_detail, name="risk-detail"),
    path("<int:pk>/edit/", views.risk_edit, name="risk-edit"),
    path("<int:pk>/accept/", views.risk_accept, name="risk-accept"),
    path("<int:pk>/close/", views.risk_close, name="risk-close"),
    path("<int:pk>/measures/", views.treatment_add, name="treatment-add"),
    path("measures/<int:pk>/done/", views.treatment_done, name="treatment-done"),
]
