from django.apps import AppConfig


class CommentsConfig(AppConfig):
    name = "governance.comments"
    label = "comments"
