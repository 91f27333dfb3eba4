"""What people write in Markdown, as part of a page: headings, lists, tables and emphasis.

Keeps true: no HTML that somebody wrote passes, and nothing leads outside the page: an address is
shown as text. A picture that lies beside the section is part of the page (`pictures.py`); of any
other its description is shown.
Leaves to others: how Markdown is read (markdown-it-py, by CommonMark).
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

_TOP: Final = 3  # the level of the highest heading, for a section has the second
_LOWEST: Final = 6


def pictures_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the address and the description of each picture in Markdown."""
    for token in _reader().parse(text):
        for child in token.children or []:
            if child.type == "image":
                yield str(child.attrs["src"]), child.content


def markdown_to_html(text: str, title: str, pictures: Mapping[str, str]) -> "Markup":
    """Return Markdown as HTML.

    Args:
        title: Of the section, which readers of screens hear before a table of it.
        pictures: What stands in the page for the address of a picture.
    """
    from markupsafe import Markup, escape  # noqa: PLC0415 - pages only

    reader = _reader()
    region = f'<div class="scroll" role="region" aria-label="{escape(title)}" tabindex="0">'
    reader.add_render_rule("table_open", lambda *_: f"{region}\n<table>\n")
    reader.add_render_rule("table_close", lambda *_: "</table>\n</div>\n")
    tokens = reader.parse(text)
    _set_levels(tokens)
    for token in tokens:
        _set_columns(token)
        token.children = _without_links(token.children or [], pictures)
    html: str = reader.renderer.render(tokens, reader.options, {})
    return Markup(html)  # noqa: S704 - the renderer escapes; HTML in the text is off


def _reader() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - the same

    # Lines that are set in are no programs: people set in what they write.
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("code")


def _set_levels(tokens: "list[Token]") -> None:
    """Number the headings from that below the section's, without gaps."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    levels = sorted({heading.tag for heading in headings})
    for heading in headings:
        heading.tag = f"h{min(_TOP + levels.index(heading.tag), _LOWEST)}"


def _set_columns(token: "Token") -> None:
    """Mark the headings of columns, and set numbers to the right as in other tables."""
    if token.type not in ("th_open", "td_open"):
        return
    to_the_right = "right" in str(token.attrs.pop("style", ""))
    if token.type == "th_open":
        token.attrs["scope"] = "col"
    if to_the_right:
        token.attrs["class"] = "n"


def _without_links(tokens: "list[Token]", pictures: Mapping[str, str]) -> "list[Token]":
    """Return what stands in a line, with the address behind a link, and pictures or their words."""
    plain_tokens: list[Token] = []
    address = ""
    for token in tokens:
        if token.type == "link_open":
            address = str(token.attrs["href"])
        elif token.type == "link_close":
            plain_tokens.append(_text(token, f" ({address})"))
        elif token.type == "image" and str(token.attrs["src"]) in pictures:
            token.attrs["src"] = pictures[str(token.attrs["src"])]
            plain_tokens.append(token)
        elif token.type == "image":
            plain_tokens.append(_text(token, f"[picture: {token.content}]"))
        else:
            plain_tokens.append(token)
    return plain_tokens


def _text(token: "Token", words: str) -> Any:
    return type(token)("text", "", 0, content=words)
