"""What `board test` does: the trace scripts and the committed vectors on one board."""

from qbfgs_tools.boards import traces as board_traces
from qbfgs_tools.boards import vectors as board_vectors
from qbfgs_tools.boards.errors import BoardError, LinkError
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import Bad, Report, Table


def test(link, view, vectors_alone=False):
    """(the report, whether all was equal). view: a `LiveView`.

    A board without a file system for mpremote gets the vectors alone, as bundles.
    """
    if not board_vectors.groups():
        raise UserError(
            "the traces and vectors are in a checkout of qbfgs, not in an installed package: with"
            " one, compare runs (qbfgs board verify)"
        )
    files = link.has_files()
    if files:
        try:
            link.execute("import qbfgs")
        except LinkError as error:
            raise UserError(str(error)) from None
    rows, notes, data = [], [], []
    for script in board_traces.scripts() if files and not vectors_alone else ():
        expected = board_traces.desk(script)
        view.begin(script.stem)
        outcome = _outcome(lambda s=script, e=expected: board_traces.compare(link, s, e, view.show))
        _told(script.stem, len(expected), "lines", outcome, rows, notes, data, view)
    for group in board_vectors.groups():
        view.begin(group)
        outcome = _outcome(lambda g=group: board_vectors.check(link, g, files))
        count = len(board_vectors.vectors(group))
        _told(f"vectors: {group}", count, "answers", outcome, rows, notes, data, view)
    if not files:
        notes.append(
            "This board has no file system for mpremote, and too little room for whole runs: the"
            " vectors were sent one definition at a time, proven to be the program of the sources."
        )
    table = Table("", ("<test", "equal", "of", "<"), rows)
    good = all(item["equal"] == item["of"] and not item["error"] for item in data)
    return Report([table, *notes], data), good


def count(link, vectors_alone=False):
    """How many tests `test` makes."""
    traces = len(board_traces.scripts()) if link.has_files() and not vectors_alone else 0
    return traces + len(board_vectors.groups())


def _outcome(call):
    """(how many were equal, a sentence): a board's exception is a result, not an end."""
    try:
        return call()
    except BoardError as error:
        return 0, str(error)


def _told(name, total, unit, outcome, rows, notes, data, view):
    equal, error = outcome
    verdict = Bad("DIFFERENT") if error else "equal"
    rows.append((name, str(equal), f"{total} {unit}", verdict))
    if error:
        notes.append(Bad(f"{name}: {error}"))
    data.append({"test": name, "equal": equal, "of": total, "error": error})
    view.end("different" if error else "equal")
