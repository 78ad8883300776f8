"""The watchdog: resets a board that no longer goes on."""


def _feed_none():
    pass


def start(milliseconds):
    """Starts the watchdog; returns the function that feeds it and a sentence.

    milliseconds: it bites when not fed for so long; None for no watchdog. The sentence is "" or
    says why the board has none. Once started it cannot be stopped: when the run is over, the
    program must feed it (make `machine.WDT` again for that), or the board resets and runs again.
    """
    if milliseconds is None:
        return _feed_none, ""
    try:
        from machine import WDT

        return WDT(timeout=milliseconds).feed, ""
    except (ImportError, OSError, TypeError, ValueError) as error:
        return _feed_none, "the run goes on without a watchdog, for the board says: %s" % error
