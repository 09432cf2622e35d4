"""Addresses of assessment pages."""

from django.urls import path

from governance.assessments.views import (
    answers,
    assessments,
    evidence,
    many,
    periods,
    review,
    work,
    workbook,
)

app_name = "assessments"
urlpatterns = [
    path("", assessments.AssessmentList.as_view(), name="assessment-list"),
    path("open/", assessments.assessment_open, name="assessment-open"),
    path("evidence/", evidence.EvidenceList.as_view(), name="evidence-list"),
    path("evidence/<int:pk>/", evidence.evidence_detail, name="evidence-detail"),
    path("evidence/<int:pk>/content/", evidence.evidence_content, name="evidence-content"),
    path("evidence/<int:pk>/withdraw/", evidence.evidence_withdraw, name="evidence-withdraw"),
    path("evidence/offers/<int:pk>/decide/", evidence.offer_decide, name="offer-decide"),
    path("evidence/offers/<int:pk>/take-back/", evidence.offer_remove, name="offer-remove"),
    path("mine/", work.MyAnswerList.as_view(), name="my-answers"),
    path("hand-over/", work.hand_over_page, name="hand-over"),
    path("<int:pk>/table/", many.answer_table, name="answer-table"),
    path("<int:pk>/workbook/", workbook.workbook_upload, name="workbook"),
    path("<int:pk>/workbook.xlsx", workbook.workbook_file, name="workbook-file"),
    path("sheets/<int:pk>/", workbook.sheet_detail, name="sheet-detail"),
    path("sheets/<int:pk>/<slug:verb>/", workbook.sheet_step, name="sheet-step"),
    path("<int:pk>/", assessments.assessment_detail, name="assessment-detail"),
    path("<int:pk>/results/", assessments.ResultList.as_view(), name="assessment-results"),
    path("<int:pk>/history/", assessments.assessment_history, name="assessment-history"),
    path("<int:pk>/submit/", assessments.assessment_submit, name="assessment-submit"),
    path("<int:pk>/reopen/", assessments.assessment_reopen, name="assessment-reopen"),
    path("<int:pk>/return/", review.assessment_return, name="assessment-return"),
    path("<int:pk>/sign/", review.assessment_sign, name="assessment-sign"),
    path("<int:pk>/signature/", review.assessment_signature, name="assessment-signature"),
    path("<int:pk>/next-period/", periods.assessment_renew, name="assessment-renew"),
    path("<int:pk>/changes/", periods.assessment_changes, name="assessment-changes"),
    path("<int:pk>/inherit/", periods.assessment_inherit, name="assessment-inherit"),
    path("<int:pk>/next/", answers.answer_next, name="answer-next"),
    path("<int:pk>/answers/<str:key>/", answers.answer_edit, name="answer-edit"),
    path("<int:pk>/answers/<str:key>/history/", answers.answer_history, name="answer-history"),
    path("<int:pk>/answers/<str:key>/confirm/", answers.answer_confirm, name="answer-confirm"),
    path("<int:pk>/answers/<str:key>/review/", review.answer_review, name="answer-review"),
    path("<int:pk>/answers/<str:key>/evidence/", evidence.evidence_add, name="evidence-add"),
    path("<int:pk>/answers/<str:key>/evidence/offer/", evidence.evidence_offer, name="offer-add"),
]
