"""The sample company is paid what this version of the engine has always paid it."""

from dataclasses import replace

import pytest

from tests.golden.golden import Golden

RENEW = "python -m tests.golden.renew"


@pytest.fixture(scope="module")
def golden() -> tuple[Golden, Golden]:
    """As kept for this version of the engine, and as calculated now."""
    now, version = Golden.of_sample()
    kept = Golden.read(version)
    assert kept is not None, f"nothing is kept for version {version} of the engine; run {RENEW}"
    return kept, now


def test_the_kept_results_are_of_this_sample_company(golden: tuple[Golden, Golden]) -> None:
    kept, now = golden
    assert kept.hashes["inputs"] == now.hashes["inputs"], f"the sample company has changed; run {RENEW}"


def test_no_cent_has_moved_within_a_version_of_the_engine(golden: tuple[Golden, Golden]) -> None:
    kept, now = golden
    moved = kept.moved_to(now)
    assert not moved, (
        f"give ENGINE_VERSION in revplan/rules/run.py a new value and run {RENEW}:\n" + "\n".join(moved[:20])
    )


def test_a_cent_that_moves_is_said_in_words(golden: tuple[Golden, Golden]) -> None:
    kept, _ = golden
    key = min(kept.totals)
    lines, payout = kept.totals[key]
    moved = kept.moved_to(replace(kept, totals={**kept.totals, key: (lines, payout + 1)}))
    assert len(moved) == 1
    assert all(word in moved[0] for word in (*key, "+0.01"))
