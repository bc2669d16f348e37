"""A scatter plot as SVG, written by hand so that it is the same everywhere and needs nothing installed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 520
LEFT, TOP, RIGHT, BOTTOM = 70, 40, 150, 60
COLORS = ("#1f5fa8", "#c2571a", "#2f7d32")

Point = tuple[str, float, float]


def scatter(title: str, x_label: str, y_label: str, series: dict[str, Sequence[Point]]) -> str:
    """Points with their names on two logarithmic axes of the same range, and the line on which x and y are equal."""
    values = [value for points in series.values() for _, x, y in points for value in (x, y)]
    low, high = floor(log10(min(values))), ceil(log10(max(values)))

    def place(x: float, y: float) -> tuple[str, str]:
        across, up = ((log10(value) - low) / (high - low) for value in (x, y))
        return (
            f"{LEFT + across * (WIDTH - LEFT - RIGHT):.1f}",
            f"{HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM):.1f}",
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="24" font-size="15">{escape(title)}</text>',
    ]
    bottom, left = HEIGHT - BOTTOM, LEFT
    for power in range(low, high + 1):
        x, y = place(10.0**power, 10.0**power)
        label = f"{10.0**power:g}"
        parts += [
            f'<path d="M{x} {TOP}V{bottom}M{left} {y}H{WIDTH - RIGHT}" stroke="#ddd"/>',
            f'<text x="{x}" y="{bottom + 18}" text-anchor="middle">{label}</text>',
            f'<text x="{left - 8}" y="{y}" text-anchor="end" dominant-baseline="middle">{label}</text>',
        ]
    begin, end = place(10.0**low, 10.0**low), place(10.0**high, 10.0**high)
    parts += [
        f'<path d="M{" ".join(begin)}L{" ".join(end)}" stroke="#888" stroke-dasharray="4 3"/>',
        f'<text x="{(LEFT + WIDTH - RIGHT) // 2}" y="{HEIGHT - 16}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text transform="translate(20 {(TOP + bottom) // 2}) rotate(-90)" text-anchor="middle">'
        f"{escape(y_label)}</text>",
    ]
    for index, (name, points) in enumerate(series.items()):
        color = COLORS[index]
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{TOP + 16 + 18 * index}" fill="{color}">{escape(name)}</text>')
        for label, x_value, y_value in points:
            x, y = place(x_value, y_value)
            parts.append(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{color}"><title>{escape(label)}</title></circle>')
            parts.append(f'<text x="{x}" y="{y}" dx="6" dy="3" font-size="8" fill="#555">{escape(label)}</text>')
    return "\n".join([*parts, "</svg>"])
