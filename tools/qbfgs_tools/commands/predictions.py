"""What predictions are compared with, and the file that they go into."""

from qbfgs_tools.terminal.arguments import UserError
from qbfgs_tools.terminal.output import number


def known_of(cells, target):
    """The target's texts, "" where there is none, or None where there are none.

    Raises DataError for an unknown class and for what is no number.
    """
    from qbfgs_desktop.fits import csv_files, datasets

    labels = {datasets.label_of(label): label for label in target["labels"]}
    texts = [cell.text for cell in cells]
    for i, cell in enumerate(cells):
        if labels and datasets.label_of(cell.text) in labels:
            texts[i] = labels[datasets.label_of(cell.text)]
        elif csv_files.is_missing(cell.text):
            texts[i] = ""
        elif labels:
            raise datasets.DataError(
                f"line {cell.line}, column {target['name']!r}: {cell.text!r} is no class of the"
                f" model: there are {', '.join(target['labels'])}"
            )
        else:
            csv_files.numbers(target["name"], [cell])
    return texts if any(texts) else None


def judged(texts, known, target):
    """How the predictions compare with the target where it is known: for machines, with a text."""
    pairs = [pair for pair in zip(texts, known, strict=True) if pair[1]]
    if target["labels"]:
        right = sum(p == k for p, k in pairs)
        return {"right": right, "text": f"{right} of {len(pairs)} classes are right."}
    squares = sum((float(p) - float(k)) ** 2 for p, k in pairs)
    rms = (squares / len(pairs)) ** 0.5
    return {"rms": rms, "text": f"Root mean square difference: {number(rms)} {target['name']}."}


def write(path, names, texts):
    """Writes a CSV file, whole or not at all. Raises UserError."""
    import csv
    import io

    from qbfgs_desktop.files import write_whole

    out = io.StringIO()
    rows = [names, *texts]
    # csv itself forgets the quotes about a lone carriage return
    bare = any("\r" in cell for row in rows for cell in row)
    quoting = csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL
    csv.writer(out, lineterminator="\n", quoting=quoting).writerows(rows)
    try:
        write_whole(path, out.getvalue())
    except OSError as error:
        raise UserError(f"cannot write {path}: {error.strerror or error}") from error
