"""Every mode does what it did: traces change only with a reason, which CHANGES.md gives."""

import pinned

from qbfgs import status

KEPT = pinned.FILE.read_text().splitlines()


def test_runs_are_those_of_the_past():
    for kept, run in zip(KEPT, pinned.runs(), strict=True):
        assert pinned.line(*run) == kept


def test_they_end_in_many_ways():
    ends = {int(kept.partition(" = ")[2].split()[0]) for kept in KEPT}
    assert {status.LATTICE_MINIMUM, status.POLLED, status.TARGET, status.RANGE_LEFT} <= ends
    assert len(KEPT) == len(set(KEPT)) > 80
