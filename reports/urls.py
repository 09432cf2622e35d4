"""Addresses of the report pages."""

from django.urls import path, re_path

from reports import pack_pages, signing_pages, views

app_name = "reports"
urlpatterns = [
    path("", views.ReportList.as_view(), name="report-list"),
    path("of-system/<int:pk>/", views.report_request, name="report-request"),
    path("of-system/<int:pk>/choose/", views.report_choose, name="report-choose"),
    path("of-card/<int:pk>/", views.card_report_request, name="card-report-request"),
    path("pack/<int:pk>/", pack_pages.pack_file, name="pack-file"),
    path("postmortem/<int:pk>/", pack_pages.postmortem_file, name="postmortem-file"),
    path("verify/", signing_pages.report_verify, name="report-verify"),
    path("<int:pk>/sign/", signing_pages.report_sign, name="report-sign"),
    path("<int:pk>/", views.report_detail, name="report-detail"),
    path("<int:pk>/preview/", views.report_preview, name="report-preview"),
    path("<int:pk>/file/", views.report_download, name="report-download"),
    path("<int:pk>/snapshot/", views.report_snapshot, name="report-snapshot"),
    re_path(
        r"^(?P<pk>[0-9]{1,18})/oscal/(?P<name>catalog|assessment-results|poam)/$",
        views.report_oscal,
        name="report-oscal",
    ),
]
