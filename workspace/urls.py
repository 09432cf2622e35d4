"""Routes of the workspace."""

from django.urls import path

from workspace.views import home, jobs, ledger, people, search, tokens

app_name = "workspace"

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("jobs/", jobs.JobList.as_view(), name="job-list"),
    path("jobs/<uuid:public_id>/", jobs.job_detail, name="job-detail"),
    path("jobs/<uuid:public_id>/cancel/", jobs.job_cancel, name="job-cancel"),
    path("ledger/", ledger.EventList.as_view(), name="event-list"),
    path("ledger/events/<int:pk>/", ledger.event_detail, name="event-detail"),
    path("ledger/checkpoint.txt", ledger.checkpoint, name="checkpoint"),
    path("settings/", tokens.settings, name="settings"),
    path("settings/tokens/add/", tokens.token_create, name="token-create"),
    path("settings/tokens/<str:key>/revoke/", tokens.token_revoke, name="token-revoke"),
    path("settings/people/", people.MembershipList.as_view(), name="membership-list"),
    path("settings/people/add/", people.person_add, name="person-add"),
    path("settings/people/grant/", people.role_grant, name="role-grant"),
    path("settings/people/<int:pk>/end/", people.role_end, name="role-end"),
    path("settings/units/add/", people.unit_add, name="unit-add"),
]
