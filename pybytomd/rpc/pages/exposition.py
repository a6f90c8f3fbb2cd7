"""Prometheus' text format, version 0.0.4: how a metric is written.

Source: prometheus.io, "Exposition formats".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
COUNTER_END = "_total"

Labels = Mapping[str, str]
Sample = tuple[Labels, float]
"""A value and what tells it from others of its name."""


def kind_of(name: str) -> str:
    """What a metric is, by its name: what only grows ends in ``_total``."""
    return "counter" if name.endswith(COUNTER_END) else "gauge"


def heading(name: str, about: str, kind: str) -> Iterator[str]:
    """The lines above the samples."""
    yield f"# HELP {name} {_escaped(about)}"
    yield f"# TYPE {name} {kind}"


def line(name: str, labels: Labels, value: float) -> str:
    """One sample. Whole numbers are written as such."""
    members = ",".join(f'{label}="{_escaped(text, quotes=True)}"' for label, text in labels.items())
    number = int(value) if float(value).is_integer() else float(value)
    return f"{name}{{{members}}} {number}" if members else f"{name} {number}"


def histogram(
    name: str, labels: Labels, bounds: Iterable[float], counts: list[int], total: float
) -> Iterator[str]:
    """The samples of a histogram: ``counts`` by class, of which the last is for what is above all bounds."""
    so_far = 0
    for bound, count in zip([*map(str, bounds), "+Inf"], counts, strict=True):
        so_far += count
        yield line(f"{name}_bucket", {**labels, "le": bound}, so_far)
    yield line(f"{name}_sum", labels, total)
    yield line(f"{name}_count", labels, so_far)


def _escaped(text: str, *, quotes: bool = False) -> str:
    escaped = text.replace("\\", r"\\").replace("\n", r"\n")
    return escaped.replace('"', r"\"") if quotes else escaped
