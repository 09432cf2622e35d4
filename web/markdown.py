"""Markdown of people who may be hostile, as HTML that is not."""

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
URL_SCHEMES = {"https", "http", "mailto"}
#: The page has spent h1 on its name and h2 on its sections.
PAGE_HEADINGS = 2

# Images would fetch from strangers or from the machine: their text stays, they do not.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "linkify": False})
    .enable(["table", "strikethrough"])
    .disable("image")
)


def render(text: str) -> SafeString:
    """``text`` (CommonMark with tables and strikethrough) as sanitised HTML.

    No raw HTML, images, styles, classes, ids or scripts survive; links keep only http, https and
    mailto addresses.
    """
    tokens = _MARKDOWN.parse(text)
    _nest_headings(tokens)
    html = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return mark_safe(_focusable(html))  # noqa: S308


def _focusable(html: str) -> str:
    """What may scroll sideways on a phone can be reached by keyboard (WCAG 2.1.1).

    ``html`` is sanitised: these tags carry no attributes, and text that looks like them is escaped.
    """
    box = '<div class="scroll" tabindex="0" role="group" aria-label="{}"><table>'
    html = html.replace("<table>", box.format(escape(_("Table"))))
    return html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')


def _nest_headings(tokens: list[Token]) -> None:
    """Begin at h3 and go down one at a time, whatever levels the writer chose (WCAG 1.3.1)."""
    open_levels: list[int] = []
    for token in tokens:
        if token.type == "heading_open":
            level = int(token.tag[1])
            while open_levels and open_levels[-1] >= level:
                open_levels.pop()
            open_levels.append(level)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, PAGE_HEADINGS + len(open_levels))}"
