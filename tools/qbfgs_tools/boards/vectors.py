"""Committed vectors on a board: expressions of tests/vectors, each with the answer of the desk."""

from qbfgs_tools.builds.files import TRUST
from qbfgs_tools.builds.lean.renaming import beside

FOLDER = TRUST / "vectors"
MOST = 250  # characters of expressions in one request: its syntax tree takes heap


def groups():
    """The names of the groups of vectors, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.txt"))


def vectors(group):
    """The (expression, answer) pairs of a group."""
    lines = (FOLDER / f"{group}.txt").read_text().splitlines()
    return [tuple(line.rsplit(" = ", 1)) for line in lines]


def calls(group):
    """The file whose functions a group calls."""
    return FOLDER / f"call_{group}.py"


def load(link, group, lean=False):
    """Gives the board the functions of a group. lean: qbfgs is installed there in the lean form, in
    whose names they are written then."""
    link.soft_reset()
    text = calls(group).read_text(encoding="utf-8")
    link.execute(beside(text) if lean else text)


def check(link, group, lean=False):
    """(how many vectors were compared, the first difference as a sentence or "")."""
    load(link, group, lean)
    pairs = vectors(group)
    at = 0
    while at < len(pairs):
        batch = [pairs[at]]
        while len(str(batch)) < MOST and at + len(batch) < len(pairs):
            batch.append(pairs[at + len(batch)])
        program = "".join([f"print(repr({expression}))\n" for expression, _ in batch])
        answers = link.execute(program).decode().replace("\r", "").splitlines()
        for (expression, right), answer in zip(batch, answers, strict=True):
            if answer != right:
                return at, f"{group}: {expression} is {answer} on the board and {right} at the desk"
        at += len(batch)
    return len(pairs), ""
