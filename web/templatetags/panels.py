"""``{% load panels %}{% panels record %}``: sections that packages above add to a page."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html_join

from web.panels import panels_of

register = template.Library()


@register.simple_tag(takes_context=True)
def panels(context: template.Context, record: Any) -> str:
    """One section for each panel of ``record``, with the page's request."""
    request = context["request"]
    return format_html_join(
        "\n",
        "<section><h2>{}</h2>{}</section>",
        (
            (found.title, render_to_string(found.template, found.context, request=request))
            for found in panels_of(request.user, record)
        ),
    )
