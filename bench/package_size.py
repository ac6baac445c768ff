"""Size of the collector's package."""

from __future__ import annotations

from bench.line import BenchLine, Goal, Measurement
from bench.packages import count_unpacked_bytes, package_by_plugin, package_ours

MB = 1_000_000
SMALLER = 1 / 0.85  # by 15 %
MOST_ZIPPED_MB, MOST_UNZIPPED_MB = 45, 135  # tests/package/test_packages.py checks them


def measure(*, quick: bool, full: bool) -> list[BenchLine]:
    """Measure the zip. The reference is the plugin's zip by its defaults."""
    del quick, full
    own, default = package_ours()["collector"], package_by_plugin()
    sizes = (
        ("zipped", own.stat().st_size, default.stat().st_size, MOST_ZIPPED_MB),
        ("unzipped", count_unpacked_bytes(own), count_unpacked_bytes(default), MOST_UNZIPPED_MB),
    )
    return [
        BenchLine(
            name=f"package of the collector, {how}",
            unit="MB",
            data="this computer's Python",
            ours=Measurement.from_count(size / MB),
            reference=Measurement.from_count(reference / MB),
            goal=Goal(times_reference=SMALLER, at_most=most),
        )
        for how, size, reference, most in sizes
    ]
