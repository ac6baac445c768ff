"""How large the collector's package is."""

from __future__ import annotations

from bench.line import Goal, Line, Measured
from bench.packages import ours, plugins, unpacked_bytes

MB = 1_000_000
SMALLER = 1 / 0.85  # by 15 %
MOST_ZIPPED_MB, MOST_UNZIPPED_MB = 45, 135  # tests/package/test_packages.py holds them


def lines(*, quick: bool, full: bool) -> list[Line]:
    """The reference is the plugin's zip by its defaults."""
    del quick, full
    own, default = ours()["collector"], plugins()
    sizes = (
        ("zipped", own.stat().st_size, default.stat().st_size, MOST_ZIPPED_MB),
        ("unzipped", unpacked_bytes(own), unpacked_bytes(default), MOST_UNZIPPED_MB),
    )
    return [
        Line(
            name=f"package of the collector, {how}",
            unit="MB",
            data="this computer's Python",
            ours=Measured.count(size / MB),
            reference=Measured.count(reference / MB),
            goal=Goal(times_reference=SMALLER, at_most=most),
        )
        for how, size, reference, most in sizes
    ]
