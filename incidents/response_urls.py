"""Addresses of postmortems, playbooks, harms and corrective actions."""

from django.urls import path

from incidents.views import corrective, keeping, postmortems, response

urlpatterns = [
    path("actions/", corrective.ActionList.as_view(), name="action-list"),
    path("actions/open/<str:about>/", corrective.action_open, name="action-open"),
    path("actions/<int:pk>/", corrective.action_detail, name="action-detail"),
    path("actions/<int:pk>/change/", corrective.action_change, name="action-change"),
    path("actions/<int:pk>/<slug:verb>/", corrective.action_step, name="action-step"),
    path("action-notices/<int:pk>/seen/", corrective.action_notice_seen, name="action-notice-seen"),
    path("postmortems/", postmortems.PostmortemList.as_view(), name="postmortem-list"),
    path("<int:pk>/postmortem/", postmortems.postmortem_detail, name="postmortem-detail"),
    path("<int:pk>/postmortem/learnings/", postmortems.learning_add, name="learning-add"),
    path(
        "<int:pk>/postmortem/file/<slug:kind>/", postmortems.postmortem_file, name="postmortem-file"
    ),
    path("<int:pk>/postmortem/<slug:verb>/", postmortems.postmortem_step, name="postmortem-step"),
    path("playbooks/<int:pk>/tick/", response.step_tick, name="step-tick"),
    path("ticks/<int:pk>/remove/", response.step_untick, name="step-untick"),
    path("entries/<int:pk>/pin/", keeping.entry_pin, name="entry-pin"),
    path("entries/<int:pk>/unpin/", keeping.entry_unpin, name="entry-unpin"),
    path("attachments/<int:pk>/", keeping.attachment_file, name="attachment-file"),
    path("learnings/<int:pk>/remove/", postmortems.learning_remove, name="learning-remove"),
]
