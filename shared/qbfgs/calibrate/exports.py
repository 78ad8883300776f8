"""What all exports share: the verdict, and names in C."""


def verdict(found):
    """In a line: what speaks against it."""
    return "; ".join(["Not to be trusted: " + text for text in found.reasons]) or "Trusted."


def judged(found):
    """The verdict, as members of a JSON object."""
    reasons = ", ".join(['"%s"' % text for text in found.reasons])
    return '"trusted": %s, "reasons": [%s]' % ("true" if found.trusted else "false", reasons)


def check_name(name):
    """Raises ValueError for what is no name in C, of small letters."""
    good = bool(name) and not "0" <= name[0] <= "9"
    for letter in name:
        if letter != "_" and not "a" <= letter <= "z" and not "0" <= letter <= "9":
            good = False
    if not good:
        raise ValueError("%r is no name in C: use small letters, digits and _" % (name,))
