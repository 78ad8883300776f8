"""Job files as the desk sees them: checked before they are sent, with their report's header."""

import tempfile
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
    none): a name and its bytes; and what makes its problem, as `replay.Comparison` takes it."""

    name: str
    text: str
    header: object
    scale: int | None
    data: tuple | None = None
    maker: object = None


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
    """The job in a file. Raises UserError when it is missing or wrong."""
    try:
        text = Path(path).read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"cannot read the job {path}: {error}") from None
    return from_text(path, text)


def from_text(name, text, allowed=None):
    """The job in a text. Raises UserError when it is wrong.

    allowed: for a text that is not the user's own: called with the name of the problem before
    anything is made of it, raises UserError to refuse it.
    """
    from qbfgs_desktop.boards.problems import DataModel, check_size
    from qbfgs_desktop.boards.report import Header

    importable()
    from qbfgs_board import contents, job, problem, runner
    from qbfgs_board.report import Failure

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "job.txt")
        path.write_text(text)
        try:
            values = job.read(str(path))
            if allowed:
                allowed(values["problem"])
            check_size(values["mode"], values.get("n", 0))
            objective = problem.problem_of(values)
            x0 = problem.start_of(values, objective)
            runner.load(values["mode"])
            stamp = contents.contents_of(values["problem"], objective)
        except Failure as failure:
            raise UserError(f"{name}: {failure.args[1]}") from None
        except ValueError as error:
            raise UserError(f"{name}: {error}") from None
    keys = ("qp", "max_epochs", "target", "radius", "pairs", "polls", "checkpoint")
    settings = [values.get(key) for key in keys]
    header = Header(values["problem"], values["mode"], *settings, None, tuple(x0), stamp)
    scale = getattr(objective, "cost_scale", None)
    _, _, path = values["problem"].partition("@")
    if path:
        objective.samples.source.close()
        data = path, Path(path).read_bytes()
        return Job(name, text, header, scale, data, DataModel(values["problem"], data[1]))
    return Job(name, text, header, scale, None, lambda *_: problem.problem_of(values))
