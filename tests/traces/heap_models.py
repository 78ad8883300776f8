"""Heap bytes that an evaluation of a model takes: of one pass over few samples, and over many.

Prints `model n few many bytes bytes`: parameters, samples, and what cost and gradient at one point
took, with the garbage collector off.  Then the same of those that give the Hessian, too.
"""

import gc
import io

from qbfgs.data import DataFile
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling
from qbfgs.models.curves import Decay
from qbfgs.models.logistic import Logistic
from qbfgs.models.network import Network
from qbfgs.models.softmax import Softmax
from qbfgs.words.crc import crc16

FEW = 20
MANY = 100


def data_file(count):
    """Samples of two inputs and a class, as a data file of int16 and int32."""
    head = bytearray(b"qbfd")
    for byte in (1, 3, count, 0, 0, 0, 12 + 3 * 4 + 2, 0):
        head.append(byte)
    for width in (2, 4, 2):
        for byte in (width, 0, 0, 0):
            head.append(byte)
    body = bytearray()
    for k in range(count):
        for value, width in ((k * 71 % 999, 2), (k * k * 7919 % 77777, 4), (k & 1, 2)):
            for i in range(width):
                body.append(value >> 8 * i & 0xFF)
    for part in (head, body):
        crc = crc16(part)
        part.append(crc >> 8)
        part.append(crc & 0xFF)
    head.extend(body)
    return DataFile(io.BytesIO(bytes(head)))


def samples(count, inputs):
    """The first `inputs` columns of a file, scaled."""
    source = data_file(count)
    scaling = Scaling(inputs)
    scaling.measure(source, list(range(inputs)), 13, 9)
    return Samples(source, list(range(inputs)), 2, scaling)


def taken(model, hessian):
    """Bytes of the second of two evaluations at different points."""
    X = [5] * model.n
    model.cost(X)
    model.gradient(X)
    if hessian:
        model.hessian(X)
    X[0] = 9
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    model.cost(X)
    model.gradient(X)
    if hessian:
        model.hessian(X)
    after = gc.mem_alloc()
    gc.enable()
    return after - before


MAKERS = (
    ("Logistic", lambda count: Logistic(samples(count, 2), 1024, 7)),
    ("Softmax", lambda count: Softmax(samples(count, 2), 2, 1024, 7)),
    ("Network", lambda count: Network(samples(count, 2), 3, 2, 1024, 7)),
    ("Decay", lambda count: Decay(samples(count, 1), 1024)),
)
for name, make in MAKERS:
    few, many = make(FEW), make(MANY)
    print(name, few.n, FEW, MANY, taken(few, False), taken(many, False))
    few, many = make(FEW), make(MANY)
    print(name + "-hessian", few.n, FEW, MANY, taken(few, True), taken(many, True))
print("end", 2 * len(MAKERS))
