"""A cart with a pendulum on top that is not there, in integers of 2^-16."""

ONE = 1 << 16
STEP = 50  # a second's part: 20 ms
EPISODE = 250  # steps


def episode(a, b, c, d):
    """Balances for 5 s by the policy force = a x + b v + c angle + d turn (gains in 1/100); what it
    cost: the squares of place and angle, and all that was left of an episode when it fell."""
    total = 0
    for x, angle in ((0, 6000), (-30000, -2000)):
        v = turn = 0
        for k in range(EPISODE):
            force = (a * x + b * v + c * angle + d * turn) // 100
            force = max(-30 * ONE, min(30 * ONE, force))
            fall = 15 * angle - force + angle * (turn * turn >> 16) // (4 * ONE)
            turn += fall // STEP
            v += (force - angle) // STEP
            angle += turn // STEP
            x += v // STEP
            if abs(angle) > ONE >> 1 or abs(x) > 4 * ONE:
                total += (EPISODE - k) << 12
                break
            total += (angle * angle >> 18) + (x * x >> 22)
    return total
