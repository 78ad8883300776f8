"""Committed vectors on a board: expressions of tests/vectors, each with the answer of the desk."""

import ast

from qbfgs_tools.builds.bundle import Bundle
from qbfgs_tools.builds.bundle_proof import differences
from qbfgs_tools.builds.files import TRUST
from qbfgs_tools.builds.lean.merging import beside

FOLDER = TRUST / "vectors"
MOST = 250  # characters of expressions in one request: its syntax tree takes heap
# Without line numbers a definition takes less room.
LEAN = "import gc, micropython\nmicropython.opt_level(3)\ndel micropython\n"
COLLECT = "gc.collect()\n"


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


def functions(pairs):
    """The functions that vectors call, sorted."""
    trees = [ast.parse(expression, mode="eval").body for expression, _ in pairs]
    return sorted({tree.func.id for tree in trees})


def pieces(group):
    """What a board without files needs for a group: pieces, proven to be the same program.

    That is the functions that vectors call, and what their file imports: functions of the core that
    others import while they run are named there.
    """
    file = calls(group)
    bundle = Bundle(file)
    wanted = [f"{file.stem}.{name}" for name in functions(vectors(group))]
    taken = bundle.units[file.stem].imports
    wanted += [".".join(bundle.resolve(file.stem, name)) for name in taken]
    cut = bundle.pieces(wanted)
    wrong = differences(bundle, cut)
    if wrong:
        raise AssertionError("the bundle is another program: " + "; ".join(wrong))
    return cut


def send(link, cut):
    """Compiles pieces on the board, one by one."""
    link.execute(LEAN)
    for piece in cut:
        link.execute(COLLECT)
        link.execute(piece.source, doing=f"{piece.module}.{piece.name} was compiled")


def load(link, group, files, lean=False):
    """Gives the board the functions of a group. files: whether qbfgs is installed there, and lean:
    in the lean form, in whose names they are written then."""
    link.soft_reset()
    if files:
        text = calls(group).read_text(encoding="utf-8")
        link.execute(beside(text) if lean else text)
    else:
        send(link, pieces(group))


def check(link, group, files, lean=False):
    """(how many vectors were compared, the first difference as a sentence or "")."""
    load(link, group, files, lean)
    pairs = vectors(group)
    at = 0
    while at < len(pairs):
        batch = [pairs[at]]
        while len(str(batch)) < MOST and at + len(batch) < len(pairs):
            batch.append(pairs[at + len(batch)])
        if not files:
            link.execute(COLLECT)
        program = "".join([f"print(repr({expression}))\n" for expression, _ in batch])
        answers = link.execute(program).decode().replace("\r", "").splitlines()
        for (expression, right), answer in zip(batch, answers, strict=True):
            if answer != right:
                return at, f"{group}: {expression} is {answer} on the board and {right} at the desk"
        at += len(batch)
    return len(pairs), ""
