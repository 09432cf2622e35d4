from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "governance.assessments"
    label = "assessments"
