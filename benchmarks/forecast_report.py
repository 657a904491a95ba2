"""Bars of the forecast benchmark: what is asked, what was found, and whether it was met."""

from __future__ import annotations


class Bars:
    """Collects bars and prints each with its verdict."""

    def __init__(self) -> None:
        self.rows: list[tuple[bool, str]] = []

    def check(self, name: str, value: float, most: float) -> None:
        """At most so much."""
        self.rows.append((value <= most, f"{name}: {value:.3f} (at most {most:.3f})"))

    def between(self, name: str, value: float, least: float, most: float) -> None:
        self.rows.append((least <= value <= most, f"{name}: {value:.1f} ({least:g} to {most:g})"))

    def equal(self, name: str, value: object, expected: object) -> None:
        self.rows.append((value == expected, f"{name}: {value} ({expected})"))

    def end(self) -> int:
        """Print them all; 1 where one is missed."""
        print("\nBars")
        for met, text in self.rows:
            print(f"  {'met   ' if met else 'MISSED'} {text}")
        return 0 if all(met for met, _ in self.rows) else 1
