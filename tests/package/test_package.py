"""``local.package``: what is packaged, and when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from local.package import TEMPLATE, package

SOME_STAGE = ("local", "logRetentionDays=7")


def test_two_that_package_at_once_make_it_once() -> None:
    """Serverless works in a folder that both would share; the mark is gone, as where something has changed."""
    (package(*SOME_STAGE)[0] / ".fingerprint").unlink()
    with ThreadPoolExecutor(2) as threads:
        (one, made), (other, made_again) = threads.map(lambda _: package(*SOME_STAGE), range(2))
    assert one == other
    assert sorted([made, made_again]) == [False, True]
    assert (one / TEMPLATE).is_file()
