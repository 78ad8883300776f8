"""Decimal text as two ints, a number and a power of ten."""

DIGITS = "0123456789"
MAX_TEXT = 100  # characters; with the next bound it keeps the widest intermediate under 1000 bits
MAX_EXPONENT = 99  # of ten; "1e999999999" would otherwise hang a board


def parse(text):
    """Decimal text as ints (mantissa, exponent): its value is mantissa * 10^exponent.

    Raises ValueError for text that is no number, is longer than MAX_TEXT or has an exponent beyond
    +-MAX_EXPONENT.
    """
    if len(text) > MAX_TEXT:
        raise ValueError(
            "number %r... has %d characters: shorten it to %d" % (text[:20], len(text), MAX_TEXT)
        )
    # Only ASCII blanks, the same on every interpreter.
    body = text.strip(" \t\r\n").lower()
    power = "0"
    cut = body.find("e")
    if cut >= 0:
        power = body[cut + 1 :]
        body = body[:cut]
    sign, body = _split_sign(body)
    power_sign, power = _split_sign(power)
    places = 0
    point = body.find(".")
    if point >= 0:
        places = len(body) - point - 1
        body = body[:point] + body[point + 1 :]
    if not (_all_digits(body) and _all_digits(power)):
        raise ValueError('%r is not a decimal number: write it like "-1.232" or "3e-2"' % text)
    if int(power) > MAX_EXPONENT:
        raise ValueError(
            "the exponent of %r is out of range: keep it within +-%d" % (text, MAX_EXPONENT)
        )
    return sign * int(body), power_sign * int(power) - places


def _split_sign(text):
    if text[:1] == "-":
        return -1, text[1:]
    if text[:1] == "+":
        return 1, text[1:]
    return 1, text


def _all_digits(text):
    for character in text:
        if character not in DIGITS:
            return False
    return text != ""
