"""A problem of a user's own, as the text of a module."""

# A bowl whose minimum, (1/3, -2/7), lies on no binary grid.
BOWL = """
class Bowl:
    def __init__(self, qp):
        self.n, self.qp, self.cost_scale = 2, qp, (21 * qp) ** 2

    def cost(self, x):
        return (21 * x[0] - 7 * self.qp) ** 2 + (21 * x[1] + 6 * self.qp) ** 2

    def gradient(self, x):
        return [42 * (21 * x[0] - 7 * self.qp), 42 * (21 * x[1] + 6 * self.qp)]
"""
