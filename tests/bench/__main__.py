"""``python -m tests.bench``: run the parts, print figures and ratios, write bench.json."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.registry import MEASURED, PARTS, Bench, Figure, PartSkipped, load_parts

DEFAULT_SECONDS, QUICK_SECONDS = 2.0, 0.3


def main() -> int:
    load_parts()
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description="Measure how fast pybytomd is here."
    )
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=f"what to measure, all by default: {', '.join(PARTS)}"
    )
    parser.add_argument("--quick", action="store_true", help="shorter and less exact")
    parser.add_argument("--seconds", type=float, help=f"time a measurement takes (default {DEFAULT_SECONDS})")
    parser.add_argument(
        "--output", type=Path, default=Path("bench.json"), help="file to write (default bench.json)"
    )
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}")
    seconds = arguments.seconds or (QUICK_SECONDS if arguments.quick else DEFAULT_SECONDS)
    report: dict[str, Any] = {"machine": machine(), "seconds": seconds, "parts": {}}
    print(f"{report['machine']['processor']}, {report['machine']['cores']} cores, {report['machine']['python']}")
    reference = reference_binary()
    print(f"reference: {reference or 'none; set BYTOMD_REFERENCE to a Go bytomd for ratios'}")
    with working_directory() as directory:
        bench = Bench(seconds, arguments.quick, directory, reference)
        for name in arguments.parts or PARTS:
            report["parts"][name] = run_part(name, bench)
    arguments.output.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written to {arguments.output}")
    return 0


def run_part(name: str, bench: Bench) -> dict[str, Any]:
    """Measure one part, printing as it goes."""
    print(f"\n{name}")
    started = time.perf_counter()
    found: list[dict[str, Any]] = []
    result: dict[str, Any] = {"figures": found}
    try:
        for figure in PARTS[name](bench):
            print(f"  {line(figure)}", flush=True)
            found.append({**asdict(figure), "ratio": figure.ratio})
    except PartSkipped as reason:
        print(f"  skipped: {reason}")
        result["skipped"] = str(reason)
    result["took_seconds"] = round(time.perf_counter() - started, 1)
    return result


def line(figure: Figure) -> str:
    text = f"{figure.name:<52} {number(figure.value):>10} {figure.unit:<9}"
    if figure.ratio is None or figure.reference is None:
        return text.rstrip()
    where = "" if figure.source == MEASURED else f" [{figure.source}]"
    return f"{text} {figure.against} {number(figure.reference):>9}   {figure.ratio:6.2f} x{where}"


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def machine() -> dict[str, Any]:
    model = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [row.partition(":")[2].strip() for row in cpuinfo.read_text().splitlines() if "model name" in row]
        model = names[0] if names else model
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def reference_binary() -> Path | None:
    """The first Go binary that ``BYTOMD_REFERENCE`` names."""
    names = [name for name in os.environ.get("BYTOMD_REFERENCE", "").split(os.pathsep) if name]
    return Path(names[0]) if names else None


@contextmanager
def working_directory() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pybytomd-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    sys.exit(main())
