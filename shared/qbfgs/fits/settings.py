"""The settings of a fit, checked and made Reals, with clear errors."""

from ..words.wide import is_int
from .numbers import ZERO, Real, number
from .squares import FAILURES

KNOWN = "names weights sigma absolute_sigma loss fixed lower upper qp max_evaluations".split()
LOSSES = (None, "huber", "cauchy")
EXACT = Real(1 << 59, -163)  # 2^-104 of the sum of all y^2 is what rounding leaves


class Settings:
    """names, formula, rows, start, units, loss, free, lower, upper, qp, max_evaluations,
    absolute, least (a sum of squares that is 0 but for rounding)."""

    def __init__(self, model, rows, start, settings):
        for name in settings:
            if name not in KNOWN:
                raise TypeError("fit has no setting %r: it has %s" % (name, ", ".join(KNOWN)))
        get = settings.get
        names = get("names")
        self.rows = rows
        self.count = len(rows)
        check_rows(rows)
        self.model = None
        fixed = get("fixed")
        if isinstance(model, str):
            from .named import named  # most formulas are a person's own

            self.model = model
            model = named(model)
            names = names or model.NAMES
            start = model.start(rows) if start is None else start
            fixed = model.FIXED if fixed is None else fixed
            model = model.formula
        self.formula = model
        if start is None:
            raise ValueError("give start=, a first guess of each parameter, such as ('20', '0.1')")
        self.start = [Real(v) for v in start]
        n = len(self.start)
        if names is None:
            names = ["p%d" % i for i in range(n)]
        self.names = list(names)
        if len(self.names) != n:
            raise ValueError("there are %d names for %d parameters" % (len(self.names), n))
        self.units = self.units_of(get("weights"), get("sigma"))
        self.absolute = get("absolute_sigma", False)
        self.loss = get("loss")
        if self.loss not in LOSSES:
            raise ValueError("loss must be 'huber' or 'cauchy', not %r" % (self.loss,))
        self.free = list(range(n))
        self.lower = self.upper = [None] * n
        lower, upper = get("lower"), get("upper")
        if fixed or lower is not None or upper is not None:
            from .limits import limit

            limit(self, fixed or (), lower, upper)
        if len(rows) < len(self.free):
            raise ValueError(
                "%d rows cannot tell %d parameters: give more rows, or fix some parameters"
                % (len(rows), len(self.free))
            )
        self.qp = get("qp")
        if is_int(self.qp):
            self.qp = [self.qp] * n
        self.max_evaluations = get("max_evaluations", 1000)
        self.least = self._least()

    def units_of(self, weights, sigma):
        """The factors of the residuals, a list of Reals; None without weights and sigma."""
        if weights is None and sigma is None:
            return None
        from .units import units_of

        return units_of(weights, sigma, self.count)

    def _least(self):
        """The sum of squares that counts as 0. Raises ValueError where the formula fails."""
        total = ZERO
        for k in range(len(self.rows)):
            row = self.rows[k]
            y = number(row[len(row) - 1])
            if self.units is not None:
                y = y * self.units[k]
            total = total + y * y
            try:
                self.formula(*([number(v) for v in row[:-1]] + self.start))
            except FAILURES as error:
                raise ValueError(
                    "the formula has no value for row %d, %r, at the start (%s: %s): give another"
                    " start" % (k, row, type(error).__name__, error)
                )
        return (total if total else Real(1)) * EXACT


def check_rows(rows):
    """Raise ValueError unless there are rows of one length."""
    if len(rows) == 0:
        raise ValueError("there are no rows: give a list such as [(0, '20.5'), (1, '19.8')]")
    width = len(rows[0])
    for k in range(len(rows)):
        if len(rows[k]) != width or width < 2:
            raise ValueError("row %d, %r, must be the inputs and then the reading" % (k, rows[k]))


def formula_of(model):
    """The formula of a named model. Raises ValueError where there is no name."""
    if model is None:
        raise ValueError("give formula=: the saved fit was of a formula of your own")
    from .named import named

    return named(model).formula
