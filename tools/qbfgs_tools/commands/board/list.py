"""`qbfgs board list`: the boards that there are."""

from qbfgs_tools.boards.places import ABOUT, availability
from qbfgs_tools.commands.board.outcome import board_command
from qbfgs_tools.terminal.output import Report, Table


def add(actions):
    board_command(
        actions,
        "list",
        run_list,
        "the boards that are connected, and the virtual ones",
        "Serial ports of boards, and the virtual boards that this machine can start.",
        "qbfgs board list",
    )


def run_list(arguments):
    """The report of `board list`."""
    from qbfgs_tools.boards.link import ports

    connected = ports()
    rows = [(f"--port {port}", about) for port, about in connected]
    virtual = []
    for name, about in ABOUT.items():
        ok, reason = availability(name)
        virtual.append({"board": name, "about": about, "starts": ok, "reason": reason})
        text = about if ok else f"cannot start here: {reason}"
        rows.append((f"--board {name}", text))
    blocks = [Table("", ("<option", "<board"), rows)]
    if not connected:
        blocks.append("No board is connected.")
    data = {"ports": [{"port": p, "about": a} for p, a in connected], "virtual": virtual}
    return Report(blocks, data)
