"""Time and heap of the core beside a bare BFGS in floats, on every interpreter and in every build.

Ratios are those of one process, where both take turns; processes take turns too, and the least
time counts. SciPy and the exact version take part at the desk.
"""

import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from qbfgs.quantizer import quantize
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import CORE, LIBRARY
from qbfgs_tools.lab.bench import subjects as bench_subjects
from qbfgs_tools.terminal.live_view import silent
from qbfgs_tools.virtual import interpreters

QP = 256
TARGET = 1e-12  # of the float BFGS and SciPy, in real units; the core ends at 0
EPOCHS = 200  # after these a run counts as unsolved
HEAP = 64 << 20  # floats take heap every epoch, and their heap is measured without collecting
EXACT_MOST = 4  # parameters; rationals beyond take minutes
SCRIPT = Path(__file__).with_name("script.py")
SUBJECTS = Path(bench_subjects.__file__)
WORD, FLOAT, EXACT, SCIPY = "word core", "float BFGS", "exact version", "SciPy BFGS"


class Time(NamedTuple):
    """One subject on one interpreter. build: "source" or one of `builds.FORMS`. epochs: cost
    evaluations after that of the start; solved: whether it ended at its target. us: of a solve;
    objective: of its objective alone; heap: bytes an epoch takes; held: bytes of the optimiser with
    its objective. None where unknown."""

    n: int
    where: str
    build: str
    subject: str
    epochs: int
    solved: bool
    us: float
    objective: float | None
    heap: int | None
    held: int | None


class Imported(NamedTuple):
    """heap: bytes that importing the core takes; modules: those of the core that a run imports."""

    where: str
    build: str
    heap: int | None
    modules: list


class Place:
    """An interpreter with a build in a folder of its own."""

    def __init__(self, interpreter, form, architecture, root):
        self.interpreter, self.form = interpreter, form
        self.folder = Path(root, f"{interpreter.name} {form}".replace(" ", "-"))
        subjects = {f"{LIBRARY}/bench_subjects.py": SUBJECTS.read_bytes()}
        files = dict(subjects)
        for path in CORE.rglob("*.py"):
            files[f"{LIBRARY}/{path.relative_to(CORE.parent).as_posix()}"] = path.read_bytes()
        if form != builds.SOURCE:
            made = builds.build(form, architecture, files).files
            if form == builds.VIPER:
                # The objective is no kernel: its costs are wider than a word.
                made |= builds.build(builds.NATIVE, architecture, subjects).files
            files = made
        for path, data in files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)

    def run(self, n, seconds, turns):
        """(`Imported`, [`Time` of the core, and of the float BFGS]) of one process."""
        script = self.folder / SCRIPT.name
        script.write_bytes(SCRIPT.read_bytes())
        heap = None if isinstance(self.interpreter, interpreters.CPython) else HEAP
        words = (n, QP, TARGET, EPOCHS, seconds, turns)
        result = self.interpreter.run(script, [self.folder / LIBRARY], words, heap=heap)
        if result.returncode:
            raise RuntimeError(f"{self.interpreter.name}, {self.form}: {result.stderr.decode()}")
        imported, modules, *rows = [line.split() for line in result.stdout.decode().splitlines()]
        where = self.interpreter.name
        heap = None if imported[1] == "-" else int(imported[1])
        times = []
        for subject, (_, epochs, cost, us, objective, *bytes_of) in zip(
            (WORD, FLOAT), rows, strict=True
        ):
            solved = float(cost) <= (0 if subject == WORD else TARGET)
            heaps = [None if text == "-" else int(text) for text in bytes_of]
            values = (int(epochs), solved, float(us), float(objective), *heaps)
            times.append(Time(n, where, self.form, subject, *values))
        if self.form == builds.VIPER:
            times.pop()  # floats are no words: it is the native one again
        return Imported(where, self.form, heap, modules[1:]), times


def places(root, wanted=None):
    """The `Place`s of these interpreters, all by default, and sentences on what is missing."""
    found, missing = [], []
    for interpreter in wanted or interpreters.every():
        ok, reason = interpreter.available()
        if isinstance(interpreter, interpreters.LinuxArm):
            continue  # an emulated CPython's times say nothing
        if not ok:
            missing.append(f"{interpreter.name}: {reason}.")
        elif isinstance(interpreter, interpreters.UnixPort):
            architecture = builds.architecture_of(builds.reported(interpreter))
            for form in builds.FORMS if architecture else (builds.BYTECODE,):
                found.append(Place(interpreter, form, architecture, root))
        else:
            found.append(Place(interpreter, builds.SOURCE, "", root))
    return found, missing


def measure(sizes, seconds, rounds, progress=silent):
    """([`Time`], [`Imported`], [sentence on what is missing]) for these numbers of parameters.

    seconds: of a process for its turns; rounds: processes of each place. progress: a
    `LiveView.track` of them.
    """
    best, imports = {}, {}
    with tempfile.TemporaryDirectory() as root:
        there, missing = places(root)
        turns = [(n, place) for n in sizes for _ in range(rounds) for place in (*there, None)]
        for n, place in progress(turns, len(turns)):
            if place is None:
                times = _desk(n, seconds)
            else:
                imported, times = place.run(n, seconds, 1000 if seconds else 1)
                imports[imported.where, imported.build] = imported
            for one in times:
                _keep(best, one)
    return list(best.values()), list(imports.values()), missing


def _keep(best, one):
    key = one[:4]
    if key in best:
        old = best[key]
        objective = one.objective and min(old.objective, one.objective)
        one = one._replace(us=min(old.us, one.us), objective=objective)
    best[key] = one


def _least(call, seconds):
    """(what a call gave, the least microseconds of calls until the seconds are over)."""
    best, end = None, time.perf_counter() + seconds
    while best is None or time.perf_counter() < end:
        begin = time.perf_counter()
        given = call()
        us = 1e6 * (time.perf_counter() - begin)
        best = us if best is None else min(best, us)
    return given, best


def _desk(n, seconds):
    """The `Time`s of SciPy, and of the exact version where n is small, at this desk."""
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    from qbfgs_desktop.oracle.exact import ExactOptimizer

    where = interpreters.CPython.name
    objective = bench_subjects.FloatRosenbrock(n)
    x0 = [float(text) for text in bench_subjects.START * (n // 2)]

    def scipy():
        return minimize(objective.cost, x0, jac=objective.gradient, method="BFGS")

    with threadpool_limits(1):
        found, us = _least(scipy, seconds)
    values = (found.nfev - 1, bool(found.success), us, None, None, None)
    made = [Time(n, where, builds.SOURCE, SCIPY, *values)]
    if n <= EXACT_MOST:
        grid = bench_subjects.IntRosenbrock(n, QP)
        start = [quantize(text, QP) for text in bench_subjects.START * (n // 2)]

        def exactly():
            solver = ExactOptimizer(grid, start, target=0, max_epochs=EPOCHS)
            while solver.step():
                pass
            return solver

        exact, us = _least(exactly, seconds)
        values = (exact.epochs, exact.cost == 0, us, None, None, None)
        made.append(Time(n, where, builds.SOURCE, EXACT, *values))
    return made


def imported_modules():
    """Names of the core's modules that a run of mode "compensated" imports."""
    with tempfile.TemporaryDirectory() as root:
        desk = Place(interpreters.CPython(), builds.SOURCE, "", root)
        return desk.run(2, 0, 1)[0].modules


def rank(one):
    """Where a `Time` belongs in a table: its interpreter, its build, the subject."""
    wheres = [i.name for i in interpreters.every()]
    forms = (builds.SOURCE, *builds.FORMS)
    subjects = (FLOAT, WORD, EXACT, SCIPY)
    return wheres.index(one.where), forms.index(one.build), subjects.index(one.subject)
