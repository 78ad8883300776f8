"""The watchdog: resets a board that no longer goes on."""


def start(milliseconds):
    """Starts the watchdog; returns the function that feeds it, None without one, and a sentence.

    milliseconds: it bites when not fed for so long. The sentence is "" or
    says why the board has none. Once started it cannot be stopped: when the run is over, the
    program must feed it (make `machine.WDT` again for that), or the board resets and runs again.
    """
    try:
        from machine import WDT

        return WDT(timeout=milliseconds).feed, ""
    except (ImportError, OSError, TypeError, ValueError) as error:
        return None, "the run goes on without a watchdog, for the board says: %s" % error
