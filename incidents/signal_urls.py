"""Addresses of signals and their rules."""

from django.urls import path

from incidents.views import signals

urlpatterns = [
    path("signals/", signals.SignalList.as_view(), name="signal-list"),
    path("signals/<int:pk>/", signals.signal_detail, name="signal-detail"),
    path("rules/", signals.RuleList.as_view(), name="rule-list"),
    path("rules/add/", signals.rule_add, name="rule-add"),
    path("rules/<int:pk>/", signals.rule_detail, name="rule-detail"),
    path("rules/<int:pk>/withdraw/", signals.rule_withdraw, name="rule-withdraw"),
]
