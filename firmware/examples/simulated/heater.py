"""A heater that is not there, in integers: two lags, 10 s and 2 s, and a sensor with noise."""

_seed = [1]


def noise(reach):
    """A repeatable int of -reach .. reach, mostly small."""
    total = 0
    for _ in range(4):
        _seed[0] = (_seed[0] * 0x5D65 + 0x3039) & 0xFFFFFF
        total += (_seed[0] >> 8) % (2 * reach + 1) - reach
    return total // 2


def heat(p, i, d):
    """Heats by 20 K for 60 s; the sum of squared errors, with what power was wasted.

    p, i, d: gains in thousandths of W/K, W/Ks and Ws/K; a watt warms by a kelvin in the end.
    """
    fast = slow = total = integral = 0  # 1/1000 K; 1/1000 Ks
    before = 20000
    for _ in range(300):
        error = 20000 - slow
        integral += error // 5
        power = (p * error + i * integral + d * 5 * (error - before)) // 1000
        power = max(0, min(100000, power))
        before = error
        fast += (power - fast) // 10
        slow += (fast - slow) // 50
        total += error * error // 1000 + (power - 20000) * (power - 20000) // 20000
    return total // 300 + noise(100)
