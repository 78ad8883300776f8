"""What a board says is looked up and compared, never imported or called, and raises nothing."""

import os
import random
import sys

import pytest

from qbfgs import Optimizer
from qbfgs.problems import ALL, ExtendedRosenbrock, Rosenbrock
from qbfgs.words.crc import crc16
from qbfgs_desktop.boards.problems import MOST_DATA, DataModel, problem_class
from qbfgs_desktop.boards.replay import Comparison, replay, resume
from qbfgs_desktop.boards.report import LONGEST_LINE, Epoch, Final, Header, Reader
from qbfgs_desktop.fits.datasets import Column, Dataset, to_bytes

FUZZ = int(os.environ.get("QBFGS_FUZZ", 600))
HEADER = Header("rosenbrock", "compensated", 64, 40, *[None] * 6, 10, None, (-79, 78))
FILE = b"qbf2" + (1).to_bytes(4, "little") + b"..."  # of a checkpoint, without its CRC
EVIL = "raise SystemExit('imported')\nclass Evil:\n    n = 2\n"


def report_of(header, problem):
    """The records of a run of this job."""
    h = header
    o = Optimizer(
        problem, list(h.start), h.mode, h.max_epochs, h.target, h.radius, h.pairs, h.polls
    )
    records = [header, Epoch(0, False, False, None, None, None, o.cost, h.start)]
    while o.ask() is not None:
        trial, updates, compensations = tuple(o.trial), o.updates, o.compensations
        cost = problem.cost(list(trial))
        if o.tell(cost):
            o.tell_gradient(problem.gradient(list(trial)))
        kinds = (o.updates > updates, o.compensations > compensations)
        records.append(Epoch(o.epochs, *kinds, None, None, None, cost, trial))
    counts = (o.status, o.epochs, o.updates, o.idles, o.compensations, o.checksum, o.cost)
    return [*records, Final(*counts, *[None] * 6, tuple(o.x))]


@pytest.fixture(scope="module")
def report():
    return report_of(HEADER, Rosenbrock(64))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, from which modules can be imported; evil.py is in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "evil.py").write_text(EVIL)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["evil:Evil", "os:system", "subprocess:Popen", "qbfgs.optimizer:Optimizer", "a:b:c"]
)
def test_a_module_that_a_report_names_is_not_imported(name, folder, report):
    verdict = replay([HEADER._replace(problem=name), *report[1:]])
    assert "is no problem of qbfgs, and nobody said which class it is" in verdict.difference
    assert "evil" not in sys.modules
    with pytest.raises(ValueError, match="is no problem of qbfgs"):
        resume(HEADER._replace(problem=name), FILE + crc16(FILE).to_bytes(2, "big"))


def test_the_problems_of_qbfgs_are_known_by_both_names():
    for kind in ALL:
        assert problem_class(kind.name) is kind
        assert problem_class(f"qbfgs.problems:{kind.__name__}") is kind


@pytest.fixture
def data():
    columns = [Column("t", [1, 2, 3, 5], 0, 2), Column("y", [2, 3, 5, 9], 0, 2)]
    return to_bytes(Dataset(columns, True))


def test_a_data_file_is_read_from_the_current_folder_alone(folder, data):
    (folder / "below").mkdir()
    (folder / "below" / "fit.qbfd").write_bytes(data)
    outside = folder.parent / f"{folder.name}.qbfd"
    outside.write_bytes(data)
    (folder / "link.qbfd").symlink_to(outside)
    os.mkfifo(folder / "pipe.qbfd")
    assert DataModel("linear@below/fit.qbfd")(64).n == 2
    for path in (f"../{outside.name}", str(outside), "link.qbfd", "/etc/passwd"):
        with pytest.raises(ValueError, match="is not in the current folder"):
            DataModel(f"linear@{path}")
    for path in ("pipe.qbfd", "below", "", "no.qbfd", "x" * 5000, "a\0b"):
        with pytest.raises(ValueError):
            DataModel(f"linear@{path}")
    with open(folder / "vast.qbfd", "wb") as file:
        file.truncate(MOST_DATA + 1)
    with pytest.raises(ValueError, match="is larger than 64 MB"):
        DataModel("linear@vast.qbfd")
    with pytest.raises(ValueError, match="is larger than any board can hold"):
        DataModel("mlp:1000000000@below/fit.qbfd")


WRONG = {
    "Qp 0": ({"qp": 0}, "Qp"),
    "Qp below 0": ({"qp": -64}, "Qp"),
    "a vast Qp": ({"qp": 10**3000}, "4096 bits"),
    "no mode": ({"mode": "fast"}, "unknown mode 'fast'"),
    "an unknown problem": ({"problem": "rosenbruck"}, "'rosenbruck' is no problem of qbfgs"),
    "a wrong number of parameters": ({"start": (1, 2, 3)}, "x0 has 3 numbers"),
    "many parameters": (
        {"problem": "extended-rosenbrock", "start": (1,) * 4096},
        "4096 parameters are more than any board holds",
    ),
    "a start outside": ({"start": (1 << 30, 1)}, "is outside the grid"),
    "a vast radius": ({"radius": 10**9}, "radius must be below"),
    "a limit below 0": ({"max_epochs": -1}, "beyond the job's limit, -1"),
    "a recipe that is none": ({"problem": "cubic@fit.qbfd"}, "unknown model 'cubic'"),
    "a start long ago": ({"resumed": 10**12}, "it goes on from epoch 1000000000000"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_header_that_no_run_has_is_a_difference_in_a_sentence(name, report):
    change, sentence = WRONG[name]
    verdict = replay([HEADER._replace(**change), *report[1:]])
    assert sentence in verdict.difference and not verdict.equal


def test_an_epoch_beyond_the_limit_is_a_difference_at_once(report):
    endless = HEADER._replace(mode="fixed-rate")
    verdict = replay([endless, report[1]._replace(number=10**12)])
    assert verdict.difference == f"run 1, epoch {10**12} is beyond the job's limit, 40"


def test_a_problem_that_raises_is_a_difference(report):
    class Broken(Rosenbrock):
        def cost(self, X):
            return 1 // 0

    verdict = replay(report, Broken)
    assert "the desk cannot make this run: ZeroDivisionError" in verdict.difference


OTHERS = {
    "problem": "wood",
    "mode": "paper",
    "qp": 32,
    "max_epochs": 41,
    "target": 0,
    "radius": 7,
    "pairs": 3,
    "polls": 9,
    "checkpoint": None,
    "start": (-78, 78),
}


@pytest.mark.parametrize("field", OTHERS)
def test_another_job_than_the_one_asked_for_is_never_equal(field, report):
    """It was: the desk made whatever run the header told."""
    asked = HEADER._replace(**{field: OTHERS[field]})
    comparison = Comparison(Rosenbrock, asked)
    for record in report:
        comparison.add(record)
    verdict = comparison.verdict()
    assert verdict.foreign and not verdict.equal and verdict.compared == 0
    assert verdict.difference == (
        f"run 1, this is not the job that was asked for: {field} is {getattr(HEADER, field)} on the"
        f" board and {OTHERS[field]} in the job"
    )


def test_the_job_asked_for_is_compared_and_its_own_class_used(report):
    own = HEADER._replace(problem="evil:Evil", contents=7)
    for told in (own, own._replace(contents=None)):  # old reports have no contents
        comparison = Comparison(Rosenbrock, own)
        for record in [told, *report[1:]]:
            comparison.add(record)
        assert comparison.verdict().equal
    comparison = Comparison(Rosenbrock, own)
    comparison.add(own._replace(contents=8))
    assert "the data file or the module on the board is not the desk's" in (
        comparison.verdict().difference
    )


def test_a_run_asked_for_from_its_beginning_does_not_go_on(report):
    late = [HEADER._replace(resumed=10), *report[12:]]
    for resumed in (False, True):
        comparison = Comparison(None, HEADER, resumed)
        for record in late:
            comparison.add(record)
        assert comparison.verdict().equal == resumed
    assert "it goes on from epoch 10, not from its beginning" in (
        replay_of(late, HEADER).difference
    )
    # After a reset in the middle it may.
    assert replay_of([*report[:15], HEADER._replace(resumed=10), *report[12:]], HEADER).equal


def replay_of(records, asked):
    comparison = Comparison(None, asked)
    for record in records:
        comparison.add(record)
    return comparison.verdict()


def test_a_report_about_other_data_is_a_difference(data):
    maker = DataModel("linear@fit.qbfd", data)
    model = maker(64)
    start = tuple(model.start())
    header = Header("linear@fit.qbfd", "compensated", 64, 40, *[None] * 8, start, maker.contents)
    assert replay(report_of(header, model), maker).equal
    verdict = replay(report_of(header._replace(contents=maker.contents ^ 1), model), maker)
    assert "the board's data file has other contents than the desk's" in verdict.difference


def token(body):
    return b"$%s*%04X\n" % (body, crc16(body))


def test_contents_in_a_header_are_read_and_old_headers_too():
    old = b"Q,H,2,own:Bowl,paper,2,16,5,,,,,,,,,7,8"
    assert Reader().feed(token(old))[0].contents is None
    (header,) = Reader().feed(token(old + b",40000"))
    assert (header.start, header.contents) == ((7, 8), 40000)
    assert Reader().feed(token(old + b",1,2")) == []


def test_a_line_without_an_end_is_kept_to_a_bound():
    reader = Reader()
    for piece in (b"$" + b"x" * 999, b"x" * 5000, b"$Q,E,1" + b",7" * 9999, b"$" * 300):
        for _ in range(40):
            reader.feed(piece)
            assert len(reader._rest) <= LONGEST_LINE
        reader.feed(piece * 150)
        assert len(reader._rest) <= LONGEST_LINE
    reader.feed(b"\n")
    assert len(reader.feed(token(b"Q,W,5,still there"))) == 1


def test_crafted_reports_raise_nothing():
    """QBFGS_FUZZ: so many reports with right CRCs and some fields changed."""
    whole = [
        b"Q,H,2,extended-rosenbrock,limited,4,64,9,,,,,,,,,-77,78,-77,78",
        b"Q,E,0,0,,,,%d,-77,78,-77,78" % ExtendedRosenbrock(64, 4).cost([-77, 78, -77, 78]),
        b"Q,E,1,1,,,,5,6,7,8,9",
        b"Q,F,2,51,33,18,12,748,0,90,100,1,2,3,4,1024,-1",
    ]
    values = (
        b"",
        b"0",
        b"-1",
        b"1",
        b"2",
        b"7",
        b"300",
        b"9" * 30,
        b"wood",
        b"os:system",
        b"paper",
    )
    values += (b"fixed-rate", b"linear@../x", b"mlp:9999999@x")
    made = differences = 0
    for seed in range(FUZZ):
        dice = random.Random(seed)
        bodies = list(whole)
        for _ in range(dice.choice((1, 1, 2, 4))):
            k = dice.randrange(len(bodies))
            fields = bodies[k].split(b",")
            place = dice.randrange(1, len(fields))
            if dice.randrange(4):
                fields[place] = dice.choice(values)
            else:
                fields[place:place] = fields[place : dice.randrange(len(fields) + 1)]
            bodies[k] = b",".join(fields)
        reader = Reader()
        records = [r for body in bodies for r in reader.feed(token(body))]
        verdict = replay(records)
        made += verdict.runs > 0
        differences += verdict.difference != ""
        assert not verdict.equal
    print(f"{FUZZ} crafted reports: {made} with a header, {differences} differ in a sentence")
