"""Markdown of people who may be hostile, as HTML that is not."""

import re

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

TAGS = {
    "a", "blockquote", "br", "caption", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li",
    "ol", "p", "pre", "s", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "ul",
}  # fmt: skip
SPANS = {"colspan", "rowspan"}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "td": SPANS, "th": SPANS}
URL_SCHEMES = {"https", "http", "mailto"}
#: The page has spent h1 on its name and h2 on its sections.
PAGE_HEADINGS = 2

# HTML made of these alone is a table, which Markdown cannot write with joined cells.
_TABLE_TAGS = frozenset(
    {"b", "br", "caption", "em", "i", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th",
     "thead", "tr"}
)  # fmt: skip
_TAG = re.compile(r"<(?=[A-Za-z/!?])[/!?]?([A-Za-z0-9-]*)")
_EMPTY_HEADER = re.compile(r"<th((?: (?:col|row)span=\"\d+\")*)>\s*</th>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_WIDEST_SPAN = 100  # more joined cells than that only make work for whoever draws the table


def _html_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The lines from ``<table`` to ``</table>``, if they hold nothing else; other HTML is text."""
    first = state.bMarks[start] + state.tShift[start]
    if start <= state.env.get("text_until", -1) or not state.src.startswith("<table", first):
        return False
    last = next((n for n in range(start, end) if "</table>" in _line(state, n)), end)
    text = state.getLines(start, min(last + 1, end), state.blkIndent, True)
    if last == end or not _TABLE_TAGS.issuperset(_TAG.findall(_COMMENT.sub("", text))):
        state.env["text_until"] = last  # no line is searched twice
        return False
    if not silent:
        token = state.push("html_block", "", 0)
        token.content, token.map = text, [start, last + 1]
        state.line = last + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] : state.eMarks[number]]


def _parser() -> MarkdownIt:
    """Images would fetch from strangers or from the machine: their text stays, they do not."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False})
    parser.enable(["table", "strikethrough"]).disable("image")
    around = ["paragraph", "reference", "blockquote", "list"]
    parser.block.ruler.before("html_block", "html_table", _html_table, {"alt": around})
    return parser


_MARKDOWN = _parser()


def render(text: str) -> SafeString:
    """``text`` (CommonMark with tables and strikethrough) as sanitised HTML.

    Of raw HTML only tables survive, the rest is shown as it was written. No images, styles,
    classes, ids or scripts do; links keep only http, https and mailto addresses.
    """
    tokens = _MARKDOWN.parse(text)
    _nest_headings(tokens)
    html = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_narrow,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return mark_safe(_focusable(html))  # noqa: S308


def _narrow(_tag: str, name: str, value: str) -> str | None:
    """No span beyond what a reader can use."""
    if name in SPANS and not (value.isdecimal() and 1 <= int(value[:9]) <= _WIDEST_SPAN):
        return None
    return value


def _focusable(html: str) -> str:
    """What may scroll sideways on a phone can be reached by keyboard (WCAG 2.1.1).

    ``html`` is sanitised: these tags carry no attributes, and text that looks like them is escaped.
    """
    box = '<div class="scroll" tabindex="0" role="group" aria-label="{}"><table>'
    html = _EMPTY_HEADER.sub(r"<td\1></td>", html)  # it names nothing (WCAG 1.3.1)
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
