"""Addresses of assessment pages."""

from django.urls import path

from governance.assessments.views import answers, assessments

app_name = "assessments"
urlpatterns = [
    path("", assessments.AssessmentList.as_view(), name="assessment-list"),
    path("open/", assessments.assessment_open, name="assessment-open"),
    path("<int:pk>/", assessments.assessment_detail, name="assessment-detail"),
    path("<int:pk>/results/", assessments.ResultList.as_view(), name="assessment-results"),
    path("<int:pk>/submit/", assessments.assessment_submit, name="assessment-submit"),
    path("<int:pk>/reopen/", assessments.assessment_reopen, name="assessment-reopen"),
    path("<int:pk>/next/", answers.answer_next, name="answer-next"),
    path("<int:pk>/answers/<str:key>/", answers.answer_edit, name="answer-edit"),
    path("<int:pk>/answers/<str:key>/history/", answers.answer_history, name="answer-history"),
]
