"""Addresses of postmortems, playbooks, harms and corrective actions."""

from django.urls import path

from incidents.views import postmortems

urlpatterns = [
    path("postmortems/", postmortems.PostmortemList.as_view(), name="postmortem-list"),
    path("<int:pk>/postmortem/", postmortems.postmortem_detail, name="postmortem-detail"),
    path("<int:pk>/postmortem/learnings/", postmortems.learning_add, name="learning-add"),
    path(
        "<int:pk>/postmortem/file/<slug:kind>/", postmortems.postmortem_file, name="postmortem-file"
    ),
    path("<int:pk>/postmortem/<slug:verb>/", postmortems.postmortem_step, name="postmortem-step"),
    path("learnings/<int:pk>/remove/", postmortems.learning_remove, name="learning-remove"),
]
