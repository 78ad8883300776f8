"""What results by a fit of one quantity share: the verdict, and themselves as text."""


class Judged:
    """fit: the `qbfgs.fits.fit.Fit`, with parameters and standard errors.

    decimals: of the answers of `correct`.  reasons: sentences, why not to trust it.
    """

    def __init__(self, fit, decimals):
        self.fit = fit
        self.decimals = decimals
        self.reasons = []

    @property
    def trusted(self):
        """Whether nothing speaks against it."""
        return not self.reasons

    def __str__(self):
        lines = [str(self.fit)] + ["not to be trusted: " + reason for reason in self.reasons]
        if self.trusted:
            lines.append("nothing speaks against it")
        return "\n".join(lines)

    def module(self):
        """The text of a Python module with this `correct`, to be written to a file and imported."""
        return self._exports()[0](self)

    def header(self, name):
        """The text of a C header with `NAME_correct`. Raises ValueError for no name in C."""
        from ..exports import check_name

        check_name(name)
        return self._exports()[1](self, name)

    def json(self):
        """All numbers of it, and the verdict, as the text of a JSON object."""
        from ..exports import judged

        numbers = self._exports()[2](self)
        names = ", ".join(['"%s": "%s"' % pair for pair in zip(self.fit.names, self._texts())])
        return '{"decimals": %d, "parameters": {%s}, %s, %s}' % (
            self.decimals,
            names,
            numbers,
            judged(self),
        )

    def _texts(self):
        return [str(value) for value in self.fit.parameters]
