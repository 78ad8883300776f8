"""Formulas by name: what `fit("decay", rows)` finds."""

NAMES = (
    "beta-equation",
    "decay",
    "gaussian-peak",
    "growth",
    "logistic-growth",
    "michaelis-menten",
    "power-law",
    "sine",
    "steinhart-hart",
    "two-exponentials",
)


def named(name):
    """The module of a formula: NAMES and FIXED of its parameters, formula, start(rows).

    Raises ValueError for an unknown name.
    """
    if name == "beta-equation":
        from .formulas import beta_equation as model
    elif name == "decay":
        from .formulas import decay as model
    elif name == "gaussian-peak":
        from .formulas import gaussian_peak as model
    elif name == "growth":
        from .formulas import growth as model
    elif name == "logistic-growth":
        from .formulas import logistic_growth as model
    elif name == "michaelis-menten":
        from .formulas import michaelis_menten as model
    elif name == "power-law":
        from .formulas import power_law as model
    elif name == "sine":
        from .formulas import sine as model
    elif name == "steinhart-hart":
        from .formulas import steinhart_hart as model
    elif name == "two-exponentials":
        from .formulas import two_exponentials as model
    else:
        raise ValueError("there is no formula %r: use one of %s" % (name, ", ".join(NAMES)))
    return model
