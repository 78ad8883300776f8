"""A report is compared with the desk's own run: equality, and the first difference in words."""

import pytest

from qbfgs import Optimizer
from qbfgs.checkpoints import dump
from qbfgs.problems import ExtendedRosenbrock, Rosenbrock
from qbfgs.quantizer import quantize
from qbfgs.words.crc import crc16
from qbfgs_desktop.boards.problems import problem_class
from qbfgs_desktop.boards.replay import label_of, replay, resume
from qbfgs_desktop.boards.report import Epoch, Final, Header, Notice
from qbfgs_desktop.studies import runs

START = tuple(quantize(text, 64) for text in Rosenbrock.PAPER_STARTS[0])
HEADER = Header("rosenbrock", "compensated", 64, 2000, *[None] * 6, 10, None, START)


def final_of(o):
    """The final record of an optimiser, without times and heap."""
    counts = (o.status, o.epochs, o.updates, o.idles, o.compensations, o.checksum, o.cost)
    return Final(*counts, *[None] * 6, tuple(o.x))


def report_of(header, problem):
    """The records of an undisturbed run, made by `studies.runs`, not by replay itself."""
    h = header
    settings = (h.mode, h.max_epochs, h.target, h.radius, h.pairs, h.polls)
    run = runs.record(Optimizer(problem, list(h.start), *settings))
    records = [header, Epoch(0, False, False, 0, None, None, run.start_cost, header.start)]
    for e in run.epochs:
        records.append(Epoch(e.number, e.go, e.compensating, 9, None, None, e.cost, e.trial))
    return [*records, final_of(run.optimizer)]


@pytest.fixture(scope="module")
def report():
    return report_of(HEADER, Rosenbrock(64))


def test_an_undisturbed_run_is_equal(report):
    verdict = replay(report)
    assert verdict.equal and not verdict.difference
    assert (verdict.runs, verdict.missing, verdict.ended) == (1, 0, True)
    assert verdict.compared == len(report) - 2 > 20


@pytest.mark.parametrize("mode", ["paper", "steepest", "fixed-rate"])
def test_all_settings_are_replayed(mode):
    start = (-77, 78, -77, 78)
    header = Header("extended-rosenbrock", mode, 64, 30, 5, 7, 3, 2, None, 1, None, None, start)
    assert replay(report_of(header, ExtendedRosenbrock(64, 4))).equal


CHANGES = {
    "go": (Epoch, 5, "go", "run 1, epoch 5: go is True on the board and False at the desk"),
    "compensating": (Epoch, 5, "compensating", "run 1, epoch 5: compensating is"),
    "cost": (Epoch, 0, "cost", "run 1, epoch 0: the cost is 7 on the board and"),
    "trial": (Epoch, 9, "trial", "run 1, epoch 9: the trial is (1, 2) on the board and ("),
    "status": (Final, 0, "status", "run 1, the end: status is 7 on the board and"),
    "checksum": (Final, 0, "checksum", "run 1, the end: checksum is 7 on the board and"),
    "x": (Final, 0, "x", "run 1, the end: x is (1, 2) on the board and"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_the_first_difference_is_told(report, name):
    kind, number, field, sentence = CHANGES[name]
    records = list(report)
    for place, record in enumerate(records):
        if isinstance(record, kind) and getattr(record, "number", 0) == number:
            value = (1, 2) if field in ("trial", "x") else 7
            if field in ("go", "compensating"):
                value = not getattr(record, field)
            records[place] = record._replace(**{field: value})
    verdict = replay(records)
    assert verdict.difference.startswith(sentence[: sentence.find(" True")]), verdict
    assert not verdict.equal


def test_lost_epochs_are_counted(report):
    verdict = replay(report[:1] + report[2:8] + report[10:-3] + report[-1:])
    assert verdict.missing == 1 + 2 + 2
    assert not verdict.difference and not verdict.equal and verdict.ended


def test_an_epoch_beyond_the_end_is_a_difference(report):
    extra = report[-2]._replace(number=report[-2].number + 1)
    verdict = replay([*report[:-1], extra, report[-1]])
    assert f"epoch {extra.number}, the desk ended after {extra.number - 1}" in verdict.difference


def test_epochs_out_of_order_are_a_difference(report):
    assert replay([*report[:5], report[4]]).difference == (
        "run 1, epoch 3 was reported after epoch 3"
    )
    ended_early = [*report[:-1], report[-1]._replace(epochs=3)]
    assert "epoch 3 was reported after" in replay(ended_early).difference


def test_a_run_that_goes_on_after_a_reset_is_equal(report):
    resumed = HEADER._replace(resumed=10)
    verdict = replay([*report[:15], resumed, *report[12:]])
    assert verdict.equal and verdict.runs == 2
    assert verdict.compared == 14 + len(report) - 13


def test_a_run_without_its_end_is_not_equal(report):
    verdict = replay(report[:9])
    assert not verdict.difference and not verdict.ended and not verdict.equal


def test_records_before_a_header_and_warnings_are_left_out(report):
    assert replay([*report[3:], Notice(False, 5, "refused"), *report]).equal


def test_an_error_of_the_board_is_told():
    verdict = replay([Notice(True, 1, "no job")])
    assert verdict.error == "no job" and not verdict.equal


def test_a_problem_of_ones_own(report):
    assert replay([HEADER._replace(problem="no_such:Thing"), *report[1:]], Rosenbrock).equal
    assert problem_class("qbfgs.problems:Rosenbrock") is Rosenbrock
    with pytest.raises(ValueError, match="'thing' is no problem of qbfgs$"):
        problem_class("thing")


def file_of(optimizer, header):
    """A checkpoint file as a board writes it."""
    data = b"qbf2" + (7).to_bytes(4, "little") + dump(optimizer, label_of(header))
    return data + crc16(data).to_bytes(2, "big")


def optimizer_after(epochs):
    optimizer = Optimizer(Rosenbrock(64), list(START), "compensated", max_epochs=epochs)
    while optimizer.step():
        pass
    return optimizer


def test_a_checkpoint_of_a_board_is_continued(report):
    optimizer = resume(HEADER, file_of(optimizer_after(10), HEADER))
    assert optimizer.epochs == 10
    while optimizer.step():
        pass
    assert final_of(optimizer) == report[-1]


def test_the_limits_of_the_header_win():
    data = file_of(optimizer_after(10), HEADER)
    assert resume(HEADER._replace(max_epochs=10), data).status == 4
    assert resume(HEADER._replace(max_epochs=5), data).status == 4
    assert resume(HEADER._replace(target=10**9), data).status == 1
    assert resume(HEADER, data).status == 0


def test_a_wrong_checkpoint_is_refused():
    data = file_of(optimizer_after(10), HEADER)
    with pytest.raises(ValueError, match="no checkpoint file"):
        resume(HEADER, b"")
    with pytest.raises(ValueError, match="damaged or cut short"):
        resume(HEADER, data[:-1])
    with pytest.raises(ValueError, match="another problem"):
        resume(HEADER._replace(start=(1, 1)), data)
