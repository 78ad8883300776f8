"""A board's run made again at a desk, from its report alone, and compared record by record."""

from typing import NamedTuple

from qbfgs import Optimizer, status
from qbfgs.checkpoints import load
from qbfgs.words.crc import crc16

from .problems import DataModel, check_size, problem_class
from .report import Epoch, Final, Header, Notice
from .states import check_state

_FILE_MAGIC = b"qbf2"
_FILE_HEAD = 8
_MOST_EPOCHS = 1 << 20  # that the desk makes up for before a run which goes on beyond its limit


class Verdict(NamedTuple):
    """What a comparison found.

    difference: "" or a sentence with the first difference between board and desk.  foreign: whether
    that is a run of another job than the one asked for.  runs: headers, one a reset.  compared:
    epochs compared.  missing: epochs between the first and the last one reported that the report
    lacks, such as damaged lines.  ended: whether a final record was there to be compared, too.
    error: the sentence of a fatal error of the board, "" for none.
    """

    difference: str
    foreign: bool
    runs: int
    compared: int
    missing: int
    ended: bool
    error: str

    @property
    def equal(self):
        """True when a finished run was compared epoch by epoch, every one, without difference."""
        return self.ended and not (self.difference or self.missing or self.error)


def _problem(header, kind):
    """The header's problem; kind: what makes it, None for what `problem_class` knows."""
    check_size(header.mode, len(header.start))
    kind = kind or problem_class(header.problem)
    if isinstance(kind, DataModel) and header.contents not in (None, kind.contents):
        raise ValueError("the board's data file has other contents than the desk's")
    return kind(header.qp) if hasattr(kind, "n") else kind(header.qp, len(header.start))


def difference_of_jobs(told, asked):
    """How a header differs from the one that a job asks for: "" or what differs first.

    resumed is left out.  contents count where both sides know them: old reports lack them.
    """
    for name in Header._fields:
        theirs, ours = getattr(told, name), getattr(asked, name)
        if name == "resumed" or theirs == ours or (name == "contents" and None in (theirs, ours)):
            continue
        if name == "contents":
            return "the data file or the module on the board is not the desk's"
        return f"{name} is {theirs} on the board and {ours} in the job"
    return ""


def _limit(optimizer, header):
    """Gives a resumed optimiser the header's limits, as the board does."""
    o, target = optimizer, header.target
    o.max_epochs, o.target = header.max_epochs, target
    if o.epochs >= o.max_epochs or (target is not None and o.cost <= target):
        o.status = status.EPOCH_LIMIT
    o.ask()


class Comparison:
    """Compares records with the desk's own run as they come in.

    problem: the class of the problem, or what else makes it: called with qp, and with n where it
    has no `n`.  Without it only what `problems.problem_class` knows is made: what a report names is
    never imported.  asked: the `Header` of the job that the board was given; a run of another job
    is a difference.  resumed: whether the first run may go on from a checkpoint, where a job was
    asked for.
    """

    def __init__(self, problem=None, asked=None, resumed=False):
        self._kind = problem
        self._asked = asked
        self._may_resume = resumed
        self._header = self._optimizer = None
        self._difference = self._error = ""
        self._runs = self._compared = self._missing = 0
        self._ended = self._foreign = False

    def add(self, record):
        """Takes the next record; after a difference nothing more is compared.

        Records before the first header tell nothing and are left out.  Raises nothing, whatever
        the records say: what the desk cannot make or compute is a difference.
        """
        if isinstance(record, Header):
            self._header, self._optimizer = record, None
            self._runs += 1
            self._ended, self._error = False, ""
            if self._asked is not None:
                self._compare_jobs(record)
        elif isinstance(record, Notice) and record.fatal:
            self._error = record.text
        elif self._header is not None and not self._difference:
            try:
                if isinstance(record, Epoch):
                    self._compare_epoch(record)
                elif isinstance(record, Final):
                    self._compare_final(record)
            except Exception as error:  # what a class of the user's own may raise
                self._differ(f"the desk cannot make this run: {type(error).__name__}: {error}")

    def _compare_jobs(self, header):
        found = difference_of_jobs(header, self._asked)
        if not found and self._runs == 1 and header.resumed is not None and not self._may_resume:
            found = f"it goes on from epoch {header.resumed}, not from its beginning"
        if found and not self._difference:
            self._differ(f"this is not the job that was asked for: {found}")
            self._foreign = True

    def verdict(self):
        """The `Verdict` on the records so far."""
        counts = (self._runs, self._compared, self._missing)
        return Verdict(self._difference, self._foreign, *counts, self._ended, self._error)

    def _compare_epoch(self, record):
        if self._optimizer is None:
            self._begin()
        if self._reach(record.number, self._seen + 1):
            self._missing += record.number - self._seen - 1
            self._compared += 1
            self._seen = record.number
            theirs = (record.go, record.compensating, record.cost, record.trial)
            names = ("go", "compensating", "the cost", "the trial")
            self._compare(f"epoch {record.number}", names, theirs, self._epoch)

    def _compare_final(self, record):
        if self._optimizer is None:
            self._begin()
        if self._reach(record.epochs, self._seen):
            self._missing += record.epochs - self._seen
            names = ("status", "epochs", "updates", "idles", "compensations", "checksum", "cost")
            theirs = [getattr(record, name) for name in (*names, "x")]
            ours = [getattr(self._optimizer, name) for name in names]
            self._compare("the end", (*names, "x"), theirs, [*ours, tuple(self._optimizer.x)])
            self._ended = True

    def _begin(self):
        """Starts the desk's run, up to where the board's began."""
        h = self._header
        resumed = h.resumed or 0
        if resumed > max(h.max_epochs, _MOST_EPOCHS):
            raise ValueError(f"it goes on from epoch {resumed}, with a limit of {h.max_epochs}")
        self._problem = _problem(h, self._kind)
        settings = (h.mode, resumed + 1, None, h.radius, h.pairs, h.polls)
        ends = {"tolerance": h.tolerance, "certify": bool(h.certify)}
        o = self._optimizer = Optimizer(self._problem, list(h.start), *settings, **ends)
        self._epoch = (False, False, o.cost, h.start)
        self._seen = -1 if h.resumed is None else resumed
        if self._reach(resumed, 0):
            _limit(o, h)

    def _reach(self, number, least):
        """Steps the desk's run to that epoch; False, with a difference, where that is impossible.

        least: no smaller number can be believed.
        """
        o = self._optimizer
        if number < least:
            self._differ(f"epoch {number} was reported after epoch {self._seen}")
            return False
        if number > self._header.max_epochs and number > (self._header.resumed or 0):
            self._differ(f"epoch {number} is beyond the job's limit, {self._header.max_epochs}")
            return False
        while o.epochs < number and o.ask() is not None:
            trial, updates, compensations = tuple(o.trial), o.updates, o.compensations
            cost = self._problem.cost(list(trial))
            if o.tell(cost):
                slopes = [self._problem.gradient(list(trial))]
                if o.second:
                    slopes.append(self._problem.hessian(list(trial)))
                o.tell_gradient(*slopes)
            self._epoch = (o.updates > updates, o.compensations > compensations, cost, trial)
        if o.epochs < number:
            reason = status.text(o.status)
            self._differ(
                f"the board is at epoch {number}, the desk ended after {o.epochs} ({reason})"
            )
        return o.epochs == number

    def _compare(self, place, names, theirs, ours):
        for name, a, b in zip(names, theirs, ours, strict=True):
            if a != b:
                self._differ(f"{place}: {name} is {a} on the board and {b} at the desk")
                return

    def _differ(self, sentence):
        self._difference = self._difference or f"run {self._runs}, {sentence}"


def replay(records, problem=None):
    """Makes the runs of a report again and compares them; returns the `Verdict`.

    records: of `report.Reader`, in order.  problem: see `Comparison`.
    """
    comparison = Comparison(problem)
    for record in records:
        comparison.add(record)
    return comparison.verdict()


def label_of(header):
    """The label of the checkpoints of a header's job, an int."""
    h = header
    fields = (h.problem, h.mode, h.qp, h.radius, h.pairs, h.polls, h.certify, *h.start)
    text = ",".join("" if field is None else str(field) for field in fields)
    if h.contents is not None:
        text += f";{h.contents}"
    return int.from_bytes(text.encode(), "little")


def resume(header, data, problem=None):
    """The Optimizer in a board's checkpoint file, to be stepped on at the desk.

    header: of a report of the same job.  data: the file's bytes.  problem: as in `Comparison`.
    Raises ValueError, saying what is wrong, for a file that is damaged, of another job, or with a
    state that no run has, and for a problem that is not known.
    """
    if len(data) < _FILE_HEAD + 2 or data[:4] != _FILE_MAGIC:
        raise ValueError("this is no checkpoint file of a board, or cut short")
    if crc16(data):
        raise ValueError("the checkpoint file is damaged or cut short: its CRC does not fit")
    optimizer = load(data[_FILE_HEAD:-2], _problem(header, problem), label_of(header))
    check_state(optimizer)
    _limit(optimizer, header)
    return optimizer
