"""What `board run`, `verify` and `resume` say about their runs."""

from qbfgs.status import text as status_text
from qbfgs_desktop.boards.report import Epoch, Final
from qbfgs_tools.boards.places import CORTEX
from qbfgs_tools.boards.run import cost_text
from qbfgs_tools.terminal.output import Bad, Report, Table

HEADINGS = ("<job", "epochs", "updates", "idles", "cost", "us/epoch", "steps s", "run s")
HEADINGS += ("heap/epoch", "peak KB")

EMULATED = "Times of this emulated board are counts of instructions, 62.5 a microsecond."


def told(jobs, runs, verify, where):
    """(the report, whether all went well). where: the options of the board, for advice."""
    rows, notes = [], []
    for job, run in zip(jobs, runs, strict=False):
        rows.append(row(job, run) + ((compared(run),) if verify else ()))
        if run.error:
            notes.append(Bad(f"{job.name}: {run.error}"))
        if run.lost and job.header.checkpoint:
            notes.append(f"Go on with: qbfgs board resume {where}")
        elif run.lost:
            notes.append("The job writes no checkpoints (key `checkpoint`): run it again.")
        if verify and run.verdict.difference and not run.verdict.foreign:
            notes.append(Bad(f"{job.name}: {run.verdict.difference}"))
        if run.damaged:
            notes.append(Bad(f"{job.name}: damaged lines, not believed: {run.damaged}"))
        notes += [f"{job.name}: {warning}" for warning in run.warnings()]
    good = [not run.error and (not verify or run.verdict.equal) for run in runs]
    if verify:
        records = sum(run.verdict.compared for run in runs)
        count = f"{sum(good)} of {len(jobs)} runs with all records equal to the desk's"
        notes.append(f"{count}; {records} epochs compared.")
    headings = HEADINGS + (("<desk",) if verify else ())
    data = [as_data(job, run) for job, run in zip(jobs, runs, strict=False)]
    ended = len(runs) == len(jobs)
    if where.startswith("--board") and any(run.last(Final) for run in runs):
        notes.append(EMULATED if CORTEX in where else "Times of a virtual board are this desk's.")
    if len(runs) == 1 and runs[0].last(Final):
        status = runs[0].last(Final).status
        notes.insert(0, status_text(status) + ".")
    if not ended:
        notes.append(Bad(f"Jobs not begun: {len(jobs) - len(runs)}."))
    return Report([Table("", headings, rows), *notes], data), ended and all(good)


def row(job, run):
    """A run as texts."""
    final = run.last(Final)
    if final is None:
        return (job.name, *[Bad("-")] * (len(HEADINGS) - 1))
    counts = [str(n) for n in (final.epochs, final.updates, final.idles)]
    counts.append(cost_text(final.cost, job.scale))
    grown = heap_per_epoch(run)
    return (
        job.name,
        *counts,
        str(per_epoch(run)) if per_epoch(run) is not None else "-",
        _seconds(final.epochs_us),
        _seconds(final.total_us),
        str(grown) if grown is not None else "-",
        f"{final.peak / 1024:.1f}" if final.peak is not None else "-",
    )


def _seconds(microseconds):
    return "-" if microseconds is None else f"{microseconds / 1e6:.3f}"


def compared(run):
    """The cell about the comparison."""
    verdict = run.verdict
    if verdict.equal:
        return f"{verdict.compared} equal"
    if verdict.difference:
        return Bad("DIFFERS")
    return Bad(f"{verdict.missing} missing" if verdict.missing else "not ended")


def _epochs(run):
    return [r for r in run.records if isinstance(r, Epoch) and r.number]


def per_epoch(run):
    """Mean microseconds of an epoch by the board's clock; None without one."""
    times = [r.microseconds for r in _epochs(run) if r.microseconds is not None]
    return round(sum(times) / len(times)) if times else None


def heap_per_epoch(run):
    """Median heap bytes that an epoch leaves in use, garbage included; None where unknown."""
    sizes = sorted(r.grown for r in _epochs(run) if r.grown is not None)
    return sizes[len(sizes) // 2] if sizes else None


def as_data(job, run):
    """A run for machines."""
    final = run.last(Final)
    return {
        "job": job.name,
        "final": final,
        "cost": final.cost / job.scale if final and job.scale else None,
        "us_per_epoch": per_epoch(run),
        "heap_per_epoch": heap_per_epoch(run),
        "damaged": run.damaged,
        "warnings": run.warnings(),
        "verdict": run.verdict,
        "equal": run.verdict.equal,
        "error": run.error,
    }
