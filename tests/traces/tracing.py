"""What the trace scripts share: prints runs as text that every interpreter prints alike.

Runs on MicroPython and CPython; imports nothing.
"""

_lines = [0]


def line(*fields):
    """Prints the fields, separated by spaces; a list gives its items."""
    words = []
    for field in fields:
        for item in field if isinstance(field, (list, tuple)) else (field,):
            words.append(str(item))
    print(" ".join(words))
    _lines[0] += 1


def end():
    """The last line of every trace: how many lines came before it."""
    print("end", _lines[0])


def run(optimizer, *label, every=True):
    """Runs the optimizer to its end. Prints each epoch if `every`, and the result.

    An epoch: label, epoch, updates, idles, compensations, x, trial, cost.
    The result: label, "done", status, epochs, updates, idles, compensations, x, cost, checksum.
    """
    more = True
    while more:
        more = optimizer.step()
        if every:
            line(label, _counts(optimizer), optimizer.x, optimizer.trial, optimizer.cost)
    line(
        label,
        "done",
        optimizer.status,
        _counts(optimizer),
        optimizer.x,
        optimizer.cost,
        optimizer.checksum,
    )


def _counts(o):
    return (o.epochs, o.updates, o.idles, o.compensations)
