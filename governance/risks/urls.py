"""Addresses of risk pages."""

from django.urls import path

from governance.risks.views import matrix, risks, sheets

app_name = "risks"
urlpatterns = [
    path("", risks.RiskList.as_view(), name="risk-list"),
    path("register/", risks.risk_register, name="risk-register"),
    path("<int:pk>/", risks.risk_detail, name="risk-detail"),
    path("<int:pk>/edit/", risks.risk_edit, name="risk-edit"),
    path("<int:pk>/accept/", risks.risk_accept, name="risk-accept"),
    path("<int:pk>/close/", risks.risk_close, name="risk-close"),
    path("<int:pk>/measures/", risks.treatment_add, name="treatment-add"),
    path("measures/<int:pk>/done/", risks.treatment_done, name="treatment-done"),
    path("matrices/", matrix.MatrixList.as_view(), name="matrix-list"),
    path("matrices/set/", matrix.matrix_set, name="matrix-set"),
    path("matrices/<int:pk>/", matrix.matrix_detail, name="matrix-detail"),
    path("tables/", sheets.SheetList.as_view(), name="sheet-list"),
    path("tables/take/<str:kind>/", sheets.sheet_file, name="sheet-file"),
    path("tables/bring/", sheets.sheet_upload, name="sheet-upload"),
    path("tables/<int:pk>/", sheets.sheet_detail, name="sheet-detail"),
    path("tables/<int:pk>/<str:verb>/", sheets.sheet_step, name="sheet-step"),
]
