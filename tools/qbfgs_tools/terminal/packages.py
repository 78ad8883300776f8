"""The packages that commands need beyond NumPy, and how to get them.

No index has qbfgs, so its extras help those alone who have a checkout: what they stand for is said.
"""

import importlib.metadata
import re

# The extra that brings what is imported by a name, and the package on the index.
TOOLS, CLUSTER, FIT = "tools", "cluster", "fit"
PACKAGES = {
    "matplotlib": (TOOLS, "matplotlib"),
    "jinja2": (TOOLS, "jinja2"),
    "scipy": (TOOLS, "scipy"),
    "threadpoolctl": (TOOLS, "threadpoolctl"),
    "mpremote": (TOOLS, "mpremote"),
    "serial": (TOOLS, "mpremote"),
    "python_minifier": (TOOLS, "python-minifier"),
    "distributed": (CLUSTER, "dask"),
    "sklearn": (FIT, "scikit-learn"),
}


def missing(error):
    """What an ImportError, or its cause, misses of `PACKAGES`; or None."""
    while error is not None:
        name = (getattr(error, "name", None) or "").split(".")[0]
        if name in PACKAGES:
            return name
        error = error.__cause__
    return None


def sentence(name):
    """What is not installed, and the command that installs it with all else that its commands
    need and that is not there either."""
    extra, package = PACKAGES[name]
    wanted = {_package(text): text for text in _requirements(extra)}
    absent = [text for other, text in wanted.items() if other == package or not _installed(other)]
    words = " ".join(f"'{text}'" for text in absent or [package])
    return f"{name} is not installed: pip install {words}"


def _requirements(extra):
    """What an extra stands for, as pip takes it."""
    try:
        lines = importlib.metadata.requires("qbfgs") or []
    except importlib.metadata.PackageNotFoundError:
        return []
    marked = [line.partition(";") for line in lines]
    return [
        text.strip() for text, _, marker in marked if re.search(rf"""['"]{extra}['"]""", marker)
    ]


def _package(requirement):
    return re.match(r"[\w.-]+", requirement).group(0).lower()


def _installed(package):
    try:
        importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
