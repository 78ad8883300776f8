"""Going on with a board's run: its job and its checkpoints, pulled to the desk."""

import re

from qbfgs.quantizer import to_text
from qbfgs.status import text as status_text
from qbfgs_desktop.boards.problems import problem_class
from qbfgs_desktop.boards.replay import resume
from qbfgs_tools.boards.jobs import from_text
from qbfgs_tools.boards.run import CHECKPOINTS, JOB_FILE, cost_text
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import Report, Table

OWN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", re.ASCII)


def job_on(link, named=()):
    """The job that lies on the board.

    named: problems of the user's own, module:Class, that it may name: they are imported here.
    """
    data = link.read_file(JOB_FILE)
    if data is None:
        raise UserError(f"there is no {JOB_FILE} on the board: start with qbfgs board run")
    where = f"the board's {JOB_FILE}"

    def allowed(problem):
        try:
            if problem not in named:
                problem_class(problem)
        except ValueError as error:
            own = OWN.fullmatch(problem)  # it will be typed into a shell
            advice = f"; if it is yours, let it run here with --problem {problem}" if own else ""
            raise UserError(f"{where}: {error}{advice}") from None

    return from_text(where, data.decode(errors="replace"), allowed=allowed)


def newest(files, job):
    """(name, optimiser) of the newer valid checkpoint, and sentences about refused ones.

    files: {name: bytes, or None where there is none}. The first is None when none is valid.
    """
    best, refused = None, []
    order = -1
    for name, data in files.items():
        if data is None:
            continue
        try:
            optimizer = resume(job.header, data, job.maker)
        except ValueError as error:
            refused.append(f"{name} is not used: {error}")
            continue
        sequence = int.from_bytes(data[4:8], "little")
        if sequence > order:
            order, best = sequence, (name, optimizer)
    return best, refused


def at_the_desk(link, job):
    """Ends the board's run here; the report."""
    files = {name: link.read_file(name) for name in CHECKPOINTS}
    best, refused = newest(files, job)
    if best is None:
        what = "; ".join(refused) or "there is none (a job needs a line `checkpoint`)"
        raise UserError(f"no checkpoint on the board can be used: {what}")
    name, optimizer = best
    began = optimizer.epochs
    try:
        while optimizer.step():
            pass
    except Exception as error:  # whatever a class of the user's own raises
        raise UserError(f"the run cannot go on here: {type(error).__name__}: {error}") from None
    qp = job.header.qp
    rows = [
        ("checkpoint", f"{name}, epoch {began}"),
        ("end", status_text(optimizer.status)),
        ("epochs", f"{optimizer.epochs}, {optimizer.epochs - began} of them at the desk"),
        ("point", "(" + ", ".join([to_text(x, qp) for x in optimizer.x]) + ")"),
        ("cost", cost_text(optimizer.cost, job.scale)),
        ("checksum", str(optimizer.checksum)),
    ]
    data = {
        "file": name,
        "resumed": began,
        "epochs": optimizer.epochs,
        "status": optimizer.status,
        "x": optimizer.x,
        "cost": optimizer.cost,
        "checksum": optimizer.checksum,
        "refused": refused,
    }
    return Report([Table("", ("<", "<"), rows), *refused], data)
