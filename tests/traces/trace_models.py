"""Every model on small made-up samples: runs, kept gradients, scaling, and a data file."""

import io

from tracing import end, line, run

from qbfgs import Optimizer
from qbfgs.data import DataFile, Table, Window
from qbfgs.data.samples import Samples
from qbfgs.data.scaling import Scaling
from qbfgs.models.curves import Decay, Rise, Saturation
from qbfgs.models.designs import Affine, Ellipsoid, Polynomial, Sphere
from qbfgs.models.least_squares import LeastSquares
from qbfgs.models.logistic import BITS, WIDTH, Logistic
from qbfgs.models.network import Network
from qbfgs.models.reduced import Reduced
from qbfgs.models.softmax import Softmax
from qbfgs.words.crc import crc16

_state = [1]
_drift = [0]


def draw(reach):
    """A pseudo-random int in -reach .. reach."""
    _state[0] = (_state[0] * 1103515245 + 12345) % (1 << 31)
    return (_state[0] >> 8) % (2 * reach + 1) - reach


def data_file(rows):
    """Rows of three int16 and one int32 as a data file."""
    head = bytearray(b"qbfd")
    for byte in (1, 4, len(rows) & 0xFF, len(rows) >> 8, 0, 0, 12 + 4 * 5 + 2, 0):
        head.append(byte)
    for width in (2, 2, 2, 4):
        for byte in (width, 1, 1, 65 + width, 0):
            head.append(byte)
    body = bytearray()
    for row in rows:
        for j in range(4):
            for k in range(4 if j == 3 else 2):
                body.append(row[j] >> 8 * k & 0xFF)
    for part in (head, body):
        crc = crc16(part)
        part.append(crc >> 8)
        part.append(crc & 0xFF)
    head.extend(body)
    return io.BytesIO(bytes(head))


def fit(label, model, start=None, limit=60):
    """A run in every detail, and how the passes were spent."""
    o = Optimizer(model, start or model.start(), max_epochs=limit, certify=True)
    run(o, label, model.qp)
    line(label, "passes", model.passes, model.cost_scale)


rows = []
for _ in range(60):
    x = [draw(300), draw(3000), draw(30)]
    y = 2 * x[0] - x[1] // 5 + 9 * x[2] + draw(150)
    rows.append(x + [y])
source = DataFile(data_file(rows))
line(source.columns, source.rows, source.names, source.decimals, source.widths, source.labels)
row = [0] * 4
while source.read(row):
    line("row", row)

for qp in (100, 1024):
    inputs, target = Scaling(3), Scaling(1)
    inputs.measure(source, [0, 1, 2], Affine.WIDTH)
    target.measure(source, [3], Affine.WIDTH)
    model = LeastSquares(Samples(source, [0, 1, 2], 3, inputs, target), Affine(3), qp)
    fit("affine", model)
    reduced = Reduced(model)
    x0 = reduced.start()
    line("reduced", reduced.basis, x0)
    o = Optimizer(reduced, x0, max_epochs=60, certify=True)
    run(o, "reduced", qp)
    line("point", reduced.parameters(o.x))
    line(inputs.undo([3, -4, 5], 6, 26), target.undo_target([7, 8], 9, 26))

    scaling = Scaling(1)
    scaling.measure(source, [0], Polynomial.WIDTH)
    fit("poly", LeastSquares(Samples(source, [0], 3, scaling, target), Polynomial(3), qp))

    marked = Table([r[:3] + [(r[3] > -200) + (r[3] > 200)] for r in rows])
    scaling = Scaling(3)
    scaling.measure(marked, [0, 1, 2], WIDTH, BITS)
    line(scaling.shift, scaling.factor, scaling.drop, scaling.most)
    fit("softmax", Softmax(Samples(marked, [0, 1, 2], 3, scaling), 3, qp, 1024))
    fit("network", Network(Samples(marked, [0, 1, 2], 3, scaling), 3, 3, qp, 100), limit=30)
    two = Table([r[:3] + [1 if r[3] > 0 else 0] for r in rows])
    model = Logistic(Samples(two, [0, 1, 2], 3, scaling), qp, 512)
    fit("logistic", model)
    line("hits", model.hits([qp, -qp, qp // 2, 0]))
    target.measure(source, [3], 22)
    model = Network(Samples(source, [0, 1, 2], 3, scaling, target), 2, 1, qp)
    fit("number", model, limit=30)

    ball = []
    for _ in range(40):
        # rational points of a sphere: (2u, 2v, 1 - u^2 - v^2) / (1 + u^2 + v^2)
        u, v = draw(2000), draw(2000)
        d = 1000000 + u * u + v * v
        z = (1000000 - u * u - v * v) * 800 // d
        ball.append((2000 * u * 800 // d + 33, 2000 * v * 800 // d - 70, z + 120))
    ball = Table(ball)
    scaling = Scaling(3)
    scaling.measure(ball, [0, 1, 2], Sphere.WIDTH, together=True)
    model = LeastSquares(Samples(ball, [0, 1, 2], None, scaling), Sphere(), qp)
    fit("sphere", model)
    line(Sphere.shape([3, -4, 5, 66], qp))
    model = LeastSquares(Samples(ball, [0, 1, 2], None, scaling), Ellipsoid(True), qp)
    fit("ellipsoid", model, limit=30)
    line(model.design.shape([7, 8, 9, 1, 2, 3, 1, -1, 2]))

    curve = Table([(k << 13, (1 << 40) // ((8 + k) << 17) + draw(3000)) for k in range(40)])
    fit("decay", Decay(Samples(curve, [0], 1), qp), [qp, qp, 0])
    model = Rise(Samples(curve, [0], 1), qp, terms=2, offset=False)
    fit("rise", model, [qp, -qp, qp // 4, qp])
    fit("saturation", Saturation(Samples(curve, [0], 1), qp), [qp, qp, 0])


def measure(sample):
    """A sensor that drifts."""
    _drift[0] += 1 << 10
    sample[0] = draw(500) << 16
    sample[1] = (sample[0] >> 1) + _drift[0] + draw(9999)


window = Window(2, 16, measure)
window.take(16)
moving = LeastSquares(Samples(window, [0], 1), Polynomial(1), 256)
for _ in range(4):
    run(Optimizer(moving, [0, 0], max_epochs=40, certify=True), "window", every=False)
    window.take(5)
    moving.refresh()
end()
