"""Charts of a report as inline SVG, in the colours that the page's style defines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from math import ceil, floor, isfinite, log, log10

from accord.cli.report import BarChart, Line, LineChart

_WIDTH, _HEIGHT = 430, 280
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 10, 44
_ROW = 28
_LONGEST_LABEL = 19


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers from ``low`` to ``high``, at most ``most`` steps apart.

    >>> ticks(0, 1), ticks(0, 72)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.0, 20.0, 40.0, 60.0])
    """
    span = high - low
    if span <= 0:
        return [low]
    rough = span / most
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough * 0.999)
    first = ceil(low / step - 1e-9)
    return [round(number * step, 12) for number in range(first, floor(high / step + 1e-9) + 1)]


def _short(value: float, *, percent: bool = False) -> str:
    if percent:
        return f"{value:.0%}"
    for size, sign in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= 10 * size or (size > 1e3 and abs(value) >= size):
            return f"{value / size:g}{sign}"
    return f"{value:,g}"


def line_chart(chart: LineChart) -> str:
    """Curves with axes; a band is drawn below its curve."""
    points = [(x, y) for line in chart.lines for x, y in zip(line.x, line.y, strict=True) if isfinite(y)]
    tops = [value for line in chart.lines for value in (line.high or ()) if isfinite(value)]
    right = max((x for x, _ in points), default=1.0)
    left = min((x for x, _ in points), default=0.0)
    top = 1.0 if chart.percent else max([y for _, y in points] + tops, default=1.0) * 1.05 or 1.0

    def at_x(value: float) -> float:
        return _LEFT + (value - left) / ((right - left) or 1.0) * (_WIDTH - _LEFT - _RIGHT)

    def at_y(value: float) -> float:
        return _HEIGHT - _BOTTOM - value / top * (_HEIGHT - _TOP - _BOTTOM)

    parts = []
    for value in ticks(0, top):
        y = at_y(value)
        parts.append(f'<line class="rule" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        label = _short(value, percent=chart.percent)
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    parts += [
        f'<text x="{at_x(value):.1f}" y="{_HEIGHT - _BOTTOM + 18}" text-anchor="middle">{_short(value)}</text>'
        for value in ticks(left, right)
    ]
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(chart.x_label)}</text>')
    for number, line in enumerate(chart.lines):
        colour = f"var(--c{number % 5})"
        if line.low is not None and line.high is not None:
            there = _path(line, line.high, at_x, at_y)
            back = _path(line, line.low, at_x, at_y)[::-1]
            if there:
                parts.append(f'<polygon points="{_text(there + back)}" fill="{colour}" opacity=".16"/>')
        dash = ' stroke-dasharray="5 4"' if line.dashed else ""
        curve = _text(_path(line, line.y, at_x, at_y))
        parts.append(f'<polyline points="{curve}" fill="none" stroke="{colour}" stroke-width="2.2"{dash}/>')
    words = f"{chart.title}: {chart.y_label} by {chart.x_label}"
    return _svg(_WIDTH, _HEIGHT, words, parts)


def _path(
    line: Line, values: Sequence[float], at_x: Callable[[float], float], at_y: Callable[[float], float]
) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for x, y in zip(line.x, values, strict=True):
        if not isfinite(y):
            continue
        if line.steps and found:
            found.append((at_x(x), found[-1][1]))
        found.append((at_x(x), at_y(y)))
    return found


def _text(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def bar_chart(chart: BarChart) -> str:
    """One row per bar: its label, the bar with its whisker, and the value in words."""
    height = _ROW * len(chart.labels) + 8
    scale = (lambda value: log(max(value, 1e-12))) if chart.logarithmic else (lambda value: value)
    ends = [end for pair in chart.ranges or () for end in pair]
    all_values = [scale(value) for value in (*chart.values, *ends, chart.centre) if isfinite(value)]
    low, high = min(all_values), max(all_values)
    if chart.logarithmic:
        # One enormous whisker must not press all others flat.
        low, high = max(low, log(0.05)), min(high, log(20))
    label_width, text_width = 150, 62
    left, right = label_width + 8, _WIDTH - text_width

    def at(value: float) -> float:
        share = (scale(value) - low) / ((high - low) or 1.0)
        return left + min(max(share, 0.0), 1.0) * (right - left)

    zero = at(chart.centre)
    parts = [f'<line class="rule" x1="{zero:.1f}" x2="{zero:.1f}" y1="2" y2="{height - 2}"/>']
    for number, (label, value, text) in enumerate(zip(chart.labels, chart.values, chart.texts, strict=True)):
        middle = 4 + _ROW * number + _ROW / 2
        short = label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…"
        begin, end = sorted((zero, at(value)))
        colour = "var(--c1)" if value < chart.centre else "var(--c0)"
        if chart.ranges is None:
            parts.append(
                f'<rect x="{begin:.1f}" y="{middle - 8:.1f}" width="{max(end - begin, 1.5):.1f}" height="16" rx="3" '
                f'fill="{colour}"/>'
            )
        else:
            from_x, to_x = (at(end) for end in chart.ranges[number])
            parts.append(
                f'<line x1="{from_x:.1f}" x2="{to_x:.1f}" y1="{middle:.1f}" y2="{middle:.1f}" stroke="{colour}" '
                'stroke-width="3" stroke-linecap="round" opacity=".45"/>'
                f'<circle cx="{at(value):.1f}" cy="{middle:.1f}" r="5" fill="{colour}"/>'
            )
        parts.append(
            f'<text class="strong" x="{label_width}" y="{middle + 4:.1f}" text-anchor="end">{escape(short)}'
            f"<title>{escape(label)}</title></text>"
            f'<text x="{_WIDTH}" y="{middle + 4:.1f}" text-anchor="end">{escape(text)}</text>'
        )
    return _svg(_WIDTH, height, chart.title, parts)


def _svg(width: int, height: int, words: str, parts: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(words)}">{"".join(parts)}</svg>'
