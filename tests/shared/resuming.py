"""A run that is cut in two at a checkpoint, for the tests of all that a checkpoint must hold."""

from qbfgs import checkpoints


def assert_resumes(make, objective, whole, stops):
    """A run of `make()`, an Optimizer at its start, stopped after each of these epochs and loaded
    from its checkpoint, ends as `whole` did."""
    for stop in stops:
        o = make()
        while o.epochs < stop and o.step():
            pass
        o = checkpoints.load(checkpoints.dump(o), objective)
        while o.step():
            pass
        assert (o.checksum, o.x, o.status) == (whole.checksum, whole.x, whole.status)
