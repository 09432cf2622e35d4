"""Addresses of reports of others, of similar incidents and of clocks."""

from django.urls import path

from incidents.views import cases, clocks

urlpatterns = [
    path("cases/", cases.CaseList.as_view(), name="case-list"),
    path("cases/import/", cases.case_import, name="case-import"),
    path("cases/imports/<int:pk>/", cases.case_import_detail, name="case-import-detail"),
    path(
        "cases/imports/<int:pk>/<slug:verb>/", cases.case_import_decide, name="case-import-decide"
    ),
    path("cases/<int:pk>/", cases.case_detail, name="case-detail"),
    path("cases/<int:pk>/original/", cases.case_original, name="case-original"),
    path("cases/<int:pk>/export/", cases.case_export, name="case-export"),
    path("cases/<int:pk>/export/<slug:target>/", cases.case_export_file, name="case-export-file"),
    path("similar/", cases.similar_look, name="similar-look"),
    path("clocks/", clocks.ClockList.as_view(), name="clock-list"),
    path("clocks/<int:pk>/", clocks.clock_detail, name="clock-detail"),
    path("clocks/<int:pk>/submit/", clocks.clock_submit, name="clock-submit"),
    path("clocks/<int:pk>/withdraw/", clocks.clock_withdraw, name="clock-withdraw"),
    path("clocks/<int:pk>/pack/", clocks.clock_pack, name="clock-pack"),
    path("submissions/<int:pk>/", clocks.submission_file, name="submission-file"),
    path("notices/<int:pk>/seen/", clocks.notice_seen, name="notice-seen"),
    path("<int:pk>/export/", cases.incident_export, name="incident-export"),
    path("<int:pk>/export/<slug:target>/", cases.incident_export_file, name="incident-export-file"),
    path("<int:pk>/not-similar/", cases.incident_not_similar, name="incident-not-similar"),
    path("<int:pk>/duties/", clocks.incident_duties, name="incident-duties"),
    path("<int:pk>/duties/fact/", clocks.fact_state, name="fact-state"),
    path("<int:pk>/duties/<slug:rule>/", clocks.duty_assess, name="duty-assess"),
]
