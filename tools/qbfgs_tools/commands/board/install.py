"""`qbfgs board install`: puts qbfgs on a board."""

from qbfgs_tools.boards.places import add_board, linked
from qbfgs_tools.commands.board.outcome import board_command, judged
from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import Bad, Report, Table

TOO_SMALL = "the heap is too small to run a job with it"


def add(actions):
    parser = board_command(
        actions,
        "install",
        run_install,
        "put qbfgs on a board",
        """
Copies the core and the board's layer to the folder lib of the board. What is there already is
recognised by its hash and not copied again. The board says what it loads: machine code for what an
epoch runs through (viper), else bytecode, else source. Where the heap is small it gets lean:
bytecode of the same program, cut into fewer modules with short names. `--build rom` puts that into
the ROM partition of a board that has one (MicroPython 1.25 or later, built with ROMFS), where it
runs in place and takes least heap; what the partition held must be qbfgs.""",
        "qbfgs board install --board unix",
    )
    add_board(parser)
    parser.add_argument(
        "--build",
        choices=("auto", "viper", "native", "bytecode", "lean", "rom", "source"),
        default="auto",
        help="see above (default auto: viper, else bytecode, lean, source)",
    )
    parser.add_argument(
        "--main", action="store_true", help="main.py too, so that job.txt runs after every reset"
    )


def run_install(arguments):
    """The report of `board install`."""
    from qbfgs_tools.boards import installation, rom
    from qbfgs_tools.boards.errors import BoardFull
    from qbfgs_tools.builds import forms as builds
    from qbfgs_tools.builds.files import sources
    from qbfgs_tools.terminal.live_view import LiveView

    files = sources(arguments.main)
    forms = builds.AUTO if arguments.build == "auto" else (arguments.build,)
    refused = {}  # {why: the builds that it was}
    with linked(arguments) as link, LiveView(1) as view:
        view.begin("install")
        for form in forms:
            try:
                built = builds.fitting(form, link.mpy, files)
            except UserError as error:
                if form == arguments.build:
                    raise
                refused.setdefault(str(error), []).append(form)
                continue
            if form != builds.ROM:
                rom.clear(link)
            place = rom.install if form == builds.ROM else installation.install
            advice = installation.REMOVE if form == builds.LEAN else installation.LESS
            try:
                done = place(
                    link, built, lambda i, n, path: view.show(f"{i + 1} of {n}: {path}"), advice
                )
            except BoardFull as error:
                if form in (arguments.build, builds.LEAN, forms[-1]):  # nothing takes less
                    raise
                refused.setdefault(str(error), []).append(form)
                continue
            if done.heap is not None or form == builds.LEAN:  # source takes more than that
                break
            refused.setdefault(TOO_SMALL, []).append(form)
        view.end("done")
    notes = [f"Not {', '.join(forms)}: {why}." for why, forms in refused.items()]
    rows = [
        ("files", f"{len(done.files)}, as {form}"),
        ("copied", f"{len(done.copied)} that differed"),
        ("flash", f"{done.flash} bytes"),
    ]
    if done.removed:
        rows.insert(2, ("removed", f"{len(done.removed)} that no longer belong there"))
    if done.heap is None:
        advice = "" if form in (builds.LEAN, builds.ROM) else "; try --build lean"
        rows.append(("heap", Bad(f"too small to run a job{advice}")))
    else:
        used = f"{done.heap} bytes in use after a short job, of {done.heap_size}"
        rows.append(("heap", f"{used}; checkpoints take some 6 KB more"))
    data = {"build": form, "notes": notes, **done._asdict()}
    return judged(Report([Table("", ("<", "<"), rows), *notes], data), done.heap is not None)
