"""Markdown of people who may be hostile, as HTML that is not."""

from collections.abc import Sequence

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
URL_SCHEMES = {"https", "http", "mailto"}
#: The page has spent h1 on its name and h2 on its sections.
HEADING_SHIFT = 2


class _Renderer(RendererHTML):
    """HTML with headings below those of the page."""

    def heading_open(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<h{self._level(tokens[idx])}>"

    def heading_close(
        self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"</h{self._level(tokens[idx])}>\n"

    @staticmethod
    def _level(token: Token) -> int:
        return min(6, int(token.tag[1]) + HEADING_SHIFT)


# Images would fetch from strangers or from the machine: their text stays, they do not.
_MARKDOWN = (
    MarkdownIt("commonmark", {"html": False, "linkify": False}, renderer_cls=_Renderer)
    .enable(["table", "strikethrough"])
    .disable("image")
)


def render(text: str) -> SafeString:
    """``text`` (CommonMark with tables and strikethrough) as sanitised HTML.

    No raw HTML, images, styles, classes, ids or scripts survive; links keep only http, https and
    mailto addresses.
    """
    html = nh3.clean(
        _MARKDOWN.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return mark_safe(html)  # noqa: S308
