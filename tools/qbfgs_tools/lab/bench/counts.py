"""What does not depend on the machine: operators of epochs and solves, sizes of builds."""

from collections import defaultdict
from typing import NamedTuple

from qbfgs.quantizer import quantize
from qbfgs_tools.builds import forms as builds
from qbfgs_tools.builds.files import LIBRARY, module_name
from qbfgs_tools.lab.bench.subjects import START, IntRosenbrock
from qbfgs_tools.lab.operators.counting import CLASSES, counted

KINDS = GO, MAIN_IDLE, COMPENSATION_IDLE = ("go", "main idle", "compensation idle")


class Operators(NamedTuple):
    """Without compares. kinds: {one of `KINDS`: (epochs, mean)} of those that occurred; solve: of
    the whole run to cost 0 or to the last epoch; solved: whether it was 0."""

    n: int
    mode: str
    kinds: dict
    epochs: int
    solve: int
    solved: bool


class Size(NamedTuple):
    """Bytes of the .mpy files of a build. run: of the modules that a run of mode "compensated"
    imports; core, board: of all modules of the core and of the board's layer."""

    build: str
    run: int
    core: int
    board: int


def operators(n, qp, most, mode="compensated"):
    """The `Operators` of a run on the bench's objective from its start, at most `most` epochs."""
    kinds = defaultdict(list)
    with counted() as core:
        total = _Total(core)
        x0 = [quantize(text, qp) for text in START * (n // 2)]
        optimizer = core.module("optimizer").Optimizer
        o = optimizer(IntRosenbrock(n, qp), x0, mode, max_epochs=most, target=0, certify=True)
        begin = total()
        going = True
        while going:
            before, updates, compensations = total(), o.updates, o.compensations
            going = o.step()
            kind = GO
            if o.updates == updates:
                kind = COMPENSATION_IDLE if o.compensations > compensations else MAIN_IDLE
            kinds[kind].append(total() - before)
        solve = total() - begin
    means = {kind: (len(kinds[kind]), sum(kinds[kind]) / len(kinds[kind])) for kind in kinds}
    return Operators(n, mode, means, o.epochs, solve, o.cost == 0)


class _Total:
    """Calls give the operators so far, without compares."""

    def __init__(self, core):
        self._core = core

    def __call__(self):
        counts = self._core.counts()
        return sum(counts[name] for name in CLASSES if name != "compare")


def sizes(imported):
    """The `Size` of every build; imported: names of the modules that a run imports."""
    homes = {form: builds.homes(form) for form in builds.FORMS}
    for one in builds.every():
        names = [module_name(module.path) for module in one.modules]
        home = homes[one.form] if set(names) >= set(homes[one.form].values()) else {}
        wanted = {home.get(name, name) for name in imported}  # without machine code none is joined
        run = core = board = 0
        for module, name in zip(one.modules, names, strict=True):
            run += module.size * (name in wanted)
            if module.path.startswith(f"{LIBRARY}/qbfgs/"):
                core += module.size
            else:
                board += module.size
        yield Size(one.name, run, core, board)
