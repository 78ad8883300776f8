"""One HTML page of tables and pictures that needs nothing else: no network, no script."""

import base64
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, StrictUndefined

TEMPLATE = Path(__file__).with_name("page.html")


class Section(NamedTuple):
    """A part of the page.

    anchor: its name in addresses.  title, text: for people.  command: the command line that repeats
    it.  blocks: texts, and tables with title, headings, rows and groups as in
    `qbfgs_tools.terminal.output.Table`.  svg: a picture as bytes, or None.
    """

    anchor: str
    title: str
    text: str
    command: str
    blocks: list
    svg: bytes | None = None

    @property
    def picture(self):
        """The picture as base64 text, "" for none."""
        return base64.b64encode(self.svg or b"").decode()


def render(title, introduction, sections, versions, bad):
    """The page as a text.

    sections: a list of `Section`.  versions: (name, version) of what made it.  bad(text): whether a
    text of a block tells of a failure, and is marked so.
    """
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    environment.tests["bad"] = bad
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        title=title, introduction=introduction, sections=sections, versions=versions
    )
