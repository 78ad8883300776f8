"""What `board test` does: the trace scripts and the committed vectors on one board."""

from functools import partial

from qbfgs_tools.boards import traces as board_traces
from qbfgs_tools.boards import vectors as board_vectors
from qbfgs_tools.boards.errors import BoardError, LinkError, OutOfMemory
from qbfgs_tools.boards.rom import MOUNTED
from qbfgs_tools.builds.forms import BYTECODE, LEAN, NATIVE, ROM, SOURCE, VIPER
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.live_view import kept, undone
from qbfgs_tools.terminal.output import Bad, Report, Table

# Where qbfgs is, whether an attribute has the name of the sources, and what storage is.
INSTALLED = """
import qbfgs
from qbfgs.model.factors import Factor
from qbfgs.words.blocks import words
plain = hasattr(Factor, "set_identity")
print(repr((getattr(qbfgs, "__file__", ""), plain, type(words(1)).__name__)))
"""


def test(link, view, vectors_alone=False):
    """(the report, whether all was equal). view: a `LiveView`."""
    form = installed(link)
    lean = form in (LEAN, ROM)
    rows, notes, data = [], [], []
    with kept(data):
        for script in () if vectors_alone else board_traces.scripts():
            view.begin(script.stem)
            expected = board_traces.desk(script)
            outcome = _outcome(partial(board_traces.compare, link, script, expected, view.show))
            _told(script.stem, len(expected), "lines", outcome, rows, notes, data, view)
        for group in board_vectors.groups():
            view.begin(group)
            outcome = _outcome(partial(board_vectors.check, link, group, lean))
            count = len(board_vectors.vectors(group))
            _told(f"vectors: {group}", count, "answers", outcome, rows, notes, data, view)
    none = [item["test"] for item in data if not item["room"]]
    if none:
        notes.append(f"The heap is too small to check these: {', '.join(none)}.")
    names = ", by the short names that they have there" if lean else ""
    whole = "" if vectors_alone else "every line of whole runs in all modes, and "
    notes.append(f"Checked as it is installed ({form}): {whole}answers of inner parts{names}.")
    table = Table("", ("<test", "equal", "of", "<"), rows)
    checked = [item for item in data if item["room"]]
    good = all(item["equal"] == item["of"] and not item["error"] for item in checked)
    left = undone(len(data), view.total, "tests")
    return Report([table, *notes], data, left), good and bool(checked)


def installed(link):
    """What qbfgs on the board is: one of `builds.forms`, or a text for those that look alike.

    Raises UserError when it cannot be imported.
    """
    try:
        path, plain, storage = link.ask(INSTALLED)
    except LinkError as error:
        raise UserError(str(error)) from None
    if not plain:
        return ROM if path.startswith(MOUNTED) else LEAN
    if storage == "array":
        return VIPER
    return SOURCE if path.endswith(".py") else f"{BYTECODE} or {NATIVE}"


def count(vectors_alone=False):
    """How many tests `test` makes."""
    return len(() if vectors_alone else board_traces.scripts()) + len(board_vectors.groups())


def _outcome(call):
    """(how many were equal, a sentence): a board's exception is a result, not an end.

    The first is None where there is no room.
    """
    try:
        return call()
    except OutOfMemory:
        return None, ""
    except BoardError as error:
        return 0, str(error)


def _told(name, total, unit, outcome, rows, notes, data, view):
    equal, error = outcome
    room = equal is not None
    verdict = Bad("DIFFERENT") if error else "equal" if room else "no room"
    equal = equal or 0
    rows.append((name, str(equal), f"{total} {unit}", verdict))
    if error:
        notes.append(Bad(f"{name}: {error}"))
    data.append({"test": name, "equal": equal, "of": total, "error": error, "room": room})
    view.end("different" if error else str(verdict))
