"""Classes learnt on the board from the data files iris.qbfd and breast_cancer.qbfd beside it.

`qbfgs data pack` makes them of CSV files; a file is read in blocks, a pass an epoch.
"""

from qbfgs import minimize
from qbfgs.data import DataFile
from qbfgs.models.recipes import make

QP = 256


def learn(name, recipe):
    """Learns from a data file, and prints how many of its rows it tells right."""
    with open(name, "rb") as file:
        source = DataFile(file)
        labels = source.labels[-1]
        model = make(recipe, source, len(labels), QP)
        # The default, Newton's mode, takes half of the passes and several times the heap.
        o = minimize(model, model.start(), mode="compensated", tolerance=14)
        right, rows = model.hits(o.x)
        print("%s: %d of %d right, classes %s" % (name, right, rows, ", ".join(labels)))
        print("  n = %d, %d epochs, checksum %d" % (model.n, o.epochs, o.checksum))


learn("iris.qbfd", "softmax+1024")
learn("breast_cancer.qbfd", "logistic+1024")
