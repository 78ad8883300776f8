"""An optimiser beside other tasks of an asyncio program. Needs asyncio only when it runs."""


async def run(optimizer):
    """Steps the optimiser to its end, giving the other tasks a turn after each epoch."""
    try:
        from asyncio import sleep
    except ImportError:
        from uasyncio import sleep
    while optimizer.step():
        await sleep(0)
