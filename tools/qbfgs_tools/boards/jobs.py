"""Job files as the desk sees them: checked before they are sent, with their report's header."""

import contextlib
import importlib
import importlib.util
import sys
from pathlib import Path
from typing import NamedTuple

from qbfgs.problems import Rosenbrock
from qbfgs_tools.builds.files import importable
from qbfgs_tools.terminal.arguments import UserError

PAPER = "paper"
GRIDS = (16, 32, 64, 128, 256, 512, 1024)


class Job(NamedTuple):
    """A job: its name for people, its text, the `Header` that its fresh run reports, the cost units
    per unit (None where the problem does not say), the data file that it learns from (None for
    none), a name and its bytes; maker: what makes the problem at the desk, as `replay.Comparison`
    takes it; modules: a name and the bytes of each file beside the job that its own problem is made
    of."""

    name: str
    text: str
    header: object
    scale: int | None
    data: tuple | None = None
    maker: object = None
    modules: tuple = ()


def named(words):
    """The jobs that a command line names: files, or "paper" for the paper's 14 rows."""
    jobs = []
    for word in words:
        jobs += paper() if word == PAPER else [from_file(word)]
    return jobs


def paper():
    """The 14 rows of the paper's tables."""
    jobs = []
    for start in Rosenbrock.PAPER_STARTS:
        for qp in GRIDS:
            text = f"problem rosenbrock\nqp {qp}\nstart {' '.join(start)}\ntarget 0\n"
            jobs.append(from_text(f"({', '.join(start)}) on 1/{qp}", text))
    return jobs


def from_file(path):
    """The job in a file, with what it names beside it. Raises UserError for what is wrong."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the job {path}: {error}") from None
    return from_text(path, text, Path(path).absolute().parent)


def from_text(name, text, folder=None, allowed=None):
    """The job in a text; folder: where its own files are. Raises UserError when it is wrong.

    allowed: for a text that is not the user's own: called with the name of the problem before
    anything is made of it, raises UserError to refuse it.
    """
    from qbfgs_desktop.boards.problems import check_size
    from qbfgs_desktop.boards.report import Header

    importable()
    from qbfgs_board import job, runner
    from qbfgs_board.report import Failure

    try:
        values = job.parse(text)
        if allowed:
            allowed(values["problem"])
        check_size(values["mode"], values.get("n", 0))
        runner.load(values["mode"])
        made = _made(values, folder)
    except Failure as failure:
        raise UserError(f"{name}: {failure.args[1]}") from None
    except ValueError as error:
        raise UserError(f"{name}: {error}") from None
    keys = ("qp", "max_epochs", "target", "radius", "pairs", "polls", "tolerance", "certify")
    keys += ("checkpoint",)
    settings = [values.get(key) for key in keys]
    header = Header(
        values["problem"], values["mode"], *settings, None, tuple(made.x0), made.contents
    )
    return Job(name, text, header, made.scale, made.data, made.maker, made.modules)


class Made(NamedTuple):
    """What the desk made of a job: its start in grid integers, its `contents` as the header has
    them, and the rest as in `Job`."""

    x0: list
    contents: int | None
    scale: int | None
    data: tuple | None
    maker: object
    modules: tuple


def _made(values, folder):
    """Raises Failure, UserError and ValueError."""
    from qbfgs_board import problem
    from qbfgs_board.contents import contents_of

    from qbfgs_desktop.boards.problems import DataModel

    name = values["problem"]
    recipe, at, path = name.partition("@")
    module, _, attribute = name.partition(":")
    data, modules = None, ()
    if at:
        place = _beside(path, folder)
        objective = problem.problem_of({**values, "problem": f"{recipe}@{place}"})
        contents = contents_of(name, objective)
        data = path, place.read_bytes()
        maker = DataModel(name, data[1])
    elif attribute:
        with _importing(module, folder) as files:
            objective = problem.problem_of(values)
            contents = contents_of(name, objective)
            maker = getattr(sys.modules[module], attribute)
            modules = tuple(files())
    else:
        objective = problem.problem_of(values)
        contents = contents_of(name, objective)

        def maker(*_):
            return problem.problem_of(values)

    x0 = problem.start_of(values, objective)
    if at:
        objective.samples.source.close()
    scale = getattr(objective, "cost_scale", None)
    return Made(x0, contents, scale, data, maker, modules)


def _beside(path, folder):
    """The place of a data file: in the current folder, or else beside the job."""
    here = Path(path)
    return here if folder is None or here.exists() else folder / path


@contextlib.contextmanager
def _importing(module, folder):
    """Imports a job's module and what it imports from the folder first, for this job alone.

    Gives a function that lists (name on the board, bytes) of what came from the folder.
    Raises UserError for a module that is nowhere.
    """
    top = module.partition(".")[0]
    of_others = {name: sys.modules[name] for name in sys.modules if name.split(".")[0] == top}
    for name in of_others if folder else ():
        del sys.modules[name]
    known = set(sys.modules)
    sys.path[:0] = [str(folder)] if folder else []

    def ours():
        return [name for name in sorted(set(sys.modules) - known) if _file(name, folder)]

    def files():
        for name in ours():
            path = _file(name, folder)
            yield path.relative_to(folder).as_posix(), path.read_bytes()

    try:
        _check_there(module, folder)
        yield files
    finally:
        if folder:
            sys.path.remove(str(folder))
            for name in ours():
                del sys.modules[name]
            sys.modules.update(of_others)


def _file(name, folder):
    """The file that a module came from; None where it is not in the folder."""
    file = getattr(sys.modules[name], "__file__", None)
    path = Path(file).absolute() if file and folder else None
    return path if path and path.is_relative_to(folder) else None


def _check_there(module, folder):
    importlib.invalidate_caches()
    try:
        there = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        there = None
    if there is None:
        where = f"beside the job, in {folder}" if folder else "at the desk"
        file = f"{module.replace('.', '/')}.py"
        raise UserError(f"the job's problem is in {file}, and there is none {where}: put it there")
