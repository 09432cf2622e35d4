"""The style guide."""

from django.urls import path

from web import styleguide

app_name = "web"

urlpatterns = [
    path("", styleguide.show, name="styleguide"),
]
