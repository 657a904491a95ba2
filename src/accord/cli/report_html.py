"""A :class:`~accord.cli.report.Report` as one HTML file: no script, no font and no picture from elsewhere.

Light or dark follows the reader's system. All text is escaped; nothing from the file analysed becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape

from accord.cli.report import BarChart, Block, Figures, LineChart, Note, Report, Table
from accord.cli.report_svg import bar_chart, line_chart
from accord.cli.texts import LANGUAGE, gettext

_STYLE = """
:root{color-scheme:light dark;--paper:#f6f7f9;--card:#fff;--ink:#1a2230;--soft:#566072;--line:#dfe3ea;--accent:#2f5fd0;
--shade:47,95,208;--warn:#8a5a00;--warn-paper:#fff6e2;--c0:#2f5fd0;--c1:#c2571a;--c2:#1b8a6b;--c3:#8a4fc4;--c4:#a03558}
@media (prefers-color-scheme:dark){:root{--paper:#12161d;--card:#1a202a;--ink:#e6eaf1;--soft:#9aa5b8;--line:#2c3442;
--accent:#86a8ff;--shade:110,150,255;--warn:#f0c15c;--warn-paper:#2b2413;--c0:#86a8ff;--c1:#f0965a;--c2:#5cc9a7;
--c3:#c39bf0;--c4:#ee8aa8}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1120px;margin:0 auto;padding:32px 20px 64px}
header{margin-bottom:24px}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.0625rem;margin:0 0 12px;overflow-wrap:anywhere}
header p,footer{color:var(--soft);margin:0}
header ul{margin:12px 0 0;padding:0;list-style:none;color:var(--soft)}
.grid{display:grid;gap:16px;grid-template-columns:repeat(2,minmax(0,1fr))}
section{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:18px 20px;min-width:0}
.wide{grid-column:1/-1}
.wide svg{max-width:600px}
.tiles{display:grid;gap:14px 24px;grid-template-columns:repeat(auto-fill,minmax(210px,1fr));margin:0}
.tiles div{min-width:0}
dt{color:var(--soft);font-size:.875rem}
dd{margin:0}
dd b{display:block;font-size:1.375rem;line-height:1.3;font-weight:650;font-variant-numeric:tabular-nums;
overflow-wrap:anywhere}
dd span{display:block;font-size:.9375rem;font-variant-numeric:tabular-nums}
dd small{display:block}
dd small,.caption{color:var(--soft);font-size:.8125rem;line-height:1.4}
.caption{margin:10px 0 0}
.scroll{overflow-x:auto;margin:0 -20px;padding:0 20px}
table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{padding:7px 12px 7px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}
tbody tr:last-child td{border-bottom:0}
.r{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.n{white-space:nowrap}
.heat td.r{padding:7px 8px;text-align:center}
.heat th.r{padding:7px 8px;text-align:center}
.note{border-left:4px solid var(--accent);border-radius:8px}
.warn{border-left-color:var(--warn);background:var(--warn-paper)}
.note p{margin:0}
svg{display:block;width:100%;max-width:560px;height:auto;margin:0 auto}
svg text{fill:var(--soft);font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
font-variant-numeric:tabular-nums}
svg .strong{fill:var(--ink)}
svg .rule{stroke:var(--line)}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 8px;padding:0;list-style:none;font-size:.8125rem;
color:var(--soft)}
.legend i{display:inline-block;width:14px;height:3px;border-radius:2px;margin-right:6px;vertical-align:middle}
footer{margin-top:24px;font-size:.8125rem}
@media (max-width:760px){main{padding:20px 12px 40px}.grid{grid-template-columns:minmax(0,1fr)}section{padding:16px}
.scroll{margin:0 -16px;padding:0 16px}h1{font-size:1.375rem}}
@media print{body{background:#fff}section{break-inside:avoid}}
"""


# A table so narrow and short goes beside a chart.
_NARROW, _SHORT = 5, 14
_UNBROKEN = 24  # letters of a first cell that stay on one line


def html_report(report: Report, today: date) -> str:
    """The whole page."""
    facts = "".join(f"<li>{escape(fact)}</li>" for fact in report.facts if fact)
    analysed = gettext("%(file)s, analysed on %(day)s") % {"file": report.file, "day": today.isoformat()}
    footer = gettext("Made by Accord. Every figure is in a table on this page; estimates carry their ranges.")
    body = "\n".join(_sections(_warnings_first(report.blocks)))
    return f"""<!doctype html>
<html lang="{LANGUAGE}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(report.title)}: {escape(report.file)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<header>
<h1>{escape(report.title)}</h1>
<p>{escape(analysed)}</p>
<ul>{facts}</ul>
</header>
<div class="grid">
{body}
</div>
<footer>{escape(footer)}</footer>
</main>
</body>
</html>
"""


def _warnings_first(blocks: Sequence[Block]) -> list[Block]:
    """What forbids a figure's use stands below the main figures, not at the end of a long page."""
    warnings = [block for block in blocks if isinstance(block, Note) and block.warns]
    others = [block for block in blocks if block not in warnings]
    after = 1 if others and isinstance(others[0], Figures) else 0
    return [*others[:after], *warnings, *others[after:]]


def _sections(blocks: Sequence[Block]) -> Iterable[str]:
    """Narrow blocks in pairs side by side; one that has no neighbour takes the whole width."""
    place = 0
    while place < len(blocks):
        pair = blocks[place : place + 2]
        together = len(pair) == 2 and all(map(_is_narrow, pair))
        for block in pair if together else pair[:1]:
            yield f"<section{_kind(block, wide=not together)}>{_inside(block)}</section>"
        place += 2 if together else 1


def _is_narrow(block: Block) -> bool:
    if isinstance(block, Table):
        return block.shades is None and len(block.columns) <= _NARROW and len(block.rows) <= _SHORT
    return isinstance(block, LineChart | BarChart)


def _kind(block: Block, *, wide: bool) -> str:
    names = ["wide"] if wide else []
    if isinstance(block, Note):
        names += ["note", *(["warn"] if block.warns else [])]
    return f' class="{" ".join(names)}"' if names else ""


def _inside(block: Block) -> str:
    if isinstance(block, Note):
        return f"<p>{escape(block.text)}</p>"
    if isinstance(block, Figures):
        return _figures(block)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, LineChart):
        return _chart(block.title, _legend(block), line_chart(block), block.caption)
    return _chart(block.title, "", bar_chart(block), block.caption)


def _figures(block: Figures) -> str:
    tiles = "".join(
        f"<div><dt>{escape(name)}</dt><dd><b>{escape(value)}</b>"
        f"{f'<span>{escape(beside)}</span>' if beside else ''}<small>{escape(definition)}</small></dd></div>"
        for name, value, beside, definition in block.rows
    )
    return f'<h2>{escape(block.title)}</h2><dl class="tiles">{tiles}</dl>'


def _table(block: Table) -> str:
    classes = ["r" if side == "right" else "" for _, side in block.columns]

    def cell(tag: str, text: str, name: str, extra: str = "") -> str:
        name = name or ("n" if len(text) <= _UNBROKEN else "")
        return f"<{tag}{f' class={name}' if name else ''}{extra}>{escape(text)}</{tag}>"

    head = "".join(
        cell("th", text, name, ' scope="col"') for (text, _), name in zip(block.columns, classes, strict=True)
    )
    rows = "".join(
        "<tr>"
        + "".join(
            cell("td", text, name, _shade(block, number, column))
            for column, (text, name) in enumerate(zip(row, classes, strict=True))
        )
        + "</tr>"
        for number, row in enumerate(block.rows)
    )
    kind = ' class="heat"' if block.shades is not None else ""
    caption = f'<p class="caption">{escape(block.caption)}</p>' if block.caption else ""
    return (
        f'<h2>{escape(block.title)}</h2><div class="scroll" tabindex="0" role="region" '
        f'aria-label="{escape(block.title)}"><table{kind}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f"</div>{caption}"
    )


def _shade(block: Table, row: int, column: int) -> str:
    value = None if block.shades is None else block.shades[row][column]
    return "" if value is None else f' style="background:rgba(var(--shade),{0.04 + 0.5 * min(max(value, 0), 1):.2f})"'


def _chart(title: str, legend: str, svg: str, caption: str) -> str:
    words = f'<p class="caption">{escape(caption)}</p>' if caption else ""
    return f"<h2>{escape(title)}</h2>{legend}{svg}{words}"


def _legend(block: LineChart) -> str:
    if len(block.lines) < 2:
        return ""
    entries = "".join(
        f'<li><i style="background:var(--c{number % 5})"></i>{escape(line.name)}</li>'
        for number, line in enumerate(block.lines)
    )
    return f'<ul class="legend">{entries}</ul>'
