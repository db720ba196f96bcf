"""Content of a description written as HTML, for the endpoints that know nothing else."""

from __future__ import annotations

from html import escape

from target_wix.pipeline.content import (
    Block,
    Cell,
    Content,
    Listing,
    Media,
    Other,
    Picture,
    Quote,
    Rule,
    Run,
    Table,
    Text,
)

_TAG_OF = {"b": "strong", "i": "em", "u": "u", "s": "s", "sub": "sub", "sup": "sup", "code": "code"}
_CSS = {"color": "color", "background": "background-color", "font": "font-family"}


def write_html(content: Content) -> str:
    """Return content as HTML, for the endpoints that know nothing else."""
    return "".join(_block_html(block) for block in content)


def _block_html(block: Block) -> str:  # noqa: PLR0911 - one return a kind
    match block:
        case Text():
            return _text_html(block)
        case Listing():
            tag = "ol" if block.ordered else "ul"
            start = f' start="{block.start}"' if block.ordered and block.start != 1 else ""
            items = "".join(f"<li>{_item_html(item)}</li>" for item in block.items)
            return f"<{tag}{start}>{items}</{tag}>"
        case Quote():
            return f"<blockquote>{write_html(block.quoted)}</blockquote>"
        case Table():
            rows = (f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in block.rows)
            return f"<table><tbody>{''.join(rows)}</tbody></table>"
        case Picture():
            return _picture_html(block)
        case Media():
            source = escape(block.source)
            if block.media == "embed":
                return f'<iframe src="{source}"></iframe>'
            return f'<{block.media} src="{source}" controls></{block.media}>'
        case Rule():
            return "<hr>"
        case Other():
            return write_html(block.inner)


def _text_html(block: Text) -> str:
    align = f' style="text-align:{block.align}"' if block.align else ""
    inside = "".join(map(_run_html, block.runs))
    if not inside or (block.kind != "pre" and _ends_with_break(block)):
        inside += "<br>"  # the last one of a block shows no line
    return f"<{block.kind}{align}>{inside}</{block.kind}>"


def _ends_with_break(block: Text) -> bool:
    return bool(block.runs) and block.runs[-1].text.endswith("\n")


def _item_html(item: Content) -> str:
    """The first paragraph of an item without a tag of its own, as items mostly are written."""
    first = item[0] if item else None
    if isinstance(first, Text) and first.kind == "p" and first.runs and not first.align:
        if _ends_with_break(first):
            return write_html(item)
        return "".join(map(_run_html, first.runs)) + write_html(item[1:])
    return write_html(item)


def _cell_html(cell: Cell) -> str:
    color = f' style="background-color:{cell.color}"' if cell.color else ""
    return f"<td{color}>{_item_html(cell.blocks)}</td>"


def _picture_html(picture: Picture) -> str:
    source = picture.source
    if source.startswith("wix:"):
        source = f"https://static.wixstatic.com/media/{source[4:]}"
    size = "".join(
        f' {name}="{value}"'
        for name, value in (("width", picture.width), ("height", picture.height))
        if value
    )
    shown = f'<img src="{escape(source)}" alt="{escape(picture.alt)}"{size}>'
    return f'<a href="{escape(picture.link)}">{shown}</a>' if picture.link else shown


def _run_html(run: Run) -> str:
    text = escape(run.text, quote=False).replace("\n", "<br>")
    styles = []
    for mark in sorted(run.marks, reverse=True):
        if mark.name in _TAG_OF:
            text = f"<{_TAG_OF[mark.name]}>{text}</{_TAG_OF[mark.name]}>"
        elif mark.name in _CSS:
            styles.append(f"{_CSS[mark.name]}:{mark.value}")
        elif mark.name == "size":
            styles.append(f"font-size:{mark.value}px")
    if styles:
        text = f'<span style="{escape(";".join(sorted(styles)))}">{text}</span>'
    link = next((mark for mark in run.marks if mark.name == "a"), None)
    if link is not None:
        target = ' target="_blank"' if link.extra.startswith("_blank") else ""
        text = f'<a href="{escape(link.value)}"{target}>{text}</a>'
    return text
