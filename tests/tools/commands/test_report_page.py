"""The page of `qbfgs report`, looked at by a browser."""

import html
import json
import re
import shutil
import subprocess

import pytest

from qbfgs_tools import cli
from qbfgs_tools.commands import report as report_page
from qbfgs_tools.terminal.output import Bad, Table

pytest.importorskip("matplotlib")
page = pytest.importorskip("qbfgs_desktop.pictures.page")

QUIET = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
    --disable-default-apps --enable-logging=stderr --log-level=0""".split()
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"  # Chromium itself would ask Google
SMALL = (
    ("dimensions", "A table", "Text.", "qbfgs solve beale --qp 16 --trace"),
    ("costs", "A picture", "More text.", "qbfgs plot costs --out picture.svg"),
)


class Chromium:
    """Debian's browser, without a screen."""

    @staticmethod
    def available():
        if shutil.which("chromium"):
            return True, ""
        return False, "chromium is missing (Debian: apt-get install chromium)"

    @staticmethod
    def open(path, folder):
        """(document after loading, console lines, addresses that it asked for) of a page."""
        log = folder / "net.json"
        result = subprocess.run(
            [
                "chromium",
                *QUIET,
                NOWHERE,
                f"--user-data-dir={folder / 'profile'}",
                f"--log-net-log={log}",
            ]
            + ["--dump-dom", path.as_uri()],
            capture_output=True,
            text=True,
            timeout=1800,
            check=True,
        )
        console = [line for line in result.stderr.splitlines() if "CONSOLE" in line]
        asked = re.findall(r'"initiator":"([^"]*)".*?"url":"([^"]*)"', log.read_text())
        addresses = {url for initiator, url in asked if initiator != "not an origin"}
        return result.stdout, console, addresses


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A small page, and what the command said."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_page, "SECTIONS", SMALL)
        assert cli.main(["report", str(path)]) == 0
    return path


def test_the_browser_shows_the_page_and_asks_nobody(written, tmp_path, need):
    need(Chromium)
    document, console, addresses = Chromium.open(written, tmp_path)
    assert console == []
    assert addresses == set()
    assert "<h2>A picture</h2>" in document and document.count("</section>") == 2
    assert re.search(r'<td class="left">\s*go</td>', document)


def test_every_picture_is_drawn(written, tmp_path, need):
    need(Chromium)
    text = re.sub(r"<meta http-equiv[^>]*>", "", written.read_text())
    script = "document.title = [...document.images].map(i => i.naturalWidth + 'px').join()"
    copy = tmp_path / "copy.html"
    copy.write_text(f"{text}<script>onload = () => {script}</script>")
    document, console, _ = Chromium.open(copy, tmp_path)
    widths = re.search(r"<title>(.*)</title>", document).group(1).split(",")
    assert len(widths) == 1 and int(widths[0].removesuffix("px")) > 500
    assert console == []


def test_the_browser_would_tell(tmp_path, need):
    need(Chromium)
    bad = tmp_path / "bad.html"
    bad.write_text('<img src="http://127.0.0.1:9/a.png"><script>console.error("lost")</script>')
    _, console, addresses = Chromium.open(bad, tmp_path)
    assert any("lost" in line for line in console)
    assert addresses == {"http://127.0.0.1:9/a.png"}


def test_the_page_holds_everything_and_refers_to_nothing(written):
    text = written.read_text()
    assert written.stat().st_size < 5_000_000
    assert not re.search(r'(src|href)="(?!data:|#)', text) and "<script" not in text
    for anchor, title, words, command in SMALL:
        assert f'href="#{anchor}"' in text and f'id="{anchor}"' in text
        assert title in text and words in text
        assert f"<code>{html.escape(command)}</code>" in text
    assert "numpy" in text and "core" in text


def test_the_real_sections_are_commands():
    anchors = [anchor for anchor, *_ in report_page.SECTIONS]
    assert len(set(anchors)) == len(anchors)
    for *_, command in report_page.SECTIONS:
        words = command.split()
        assert words[0] == "qbfgs" and callable(cli.parser().parse_args(words[1:]).run)
    plots = [c.split()[2] for *_, c in report_page.SECTIONS if c.startswith("qbfgs plot")]
    from qbfgs_tools.commands.plot import KINDS

    assert sorted(plots) == sorted(KINDS)


def test_tables_keep_their_groups_and_marks():
    table = Table("T", ("<name", "a", ""), [("x<y", "1", Bad("fails"))], (("", 1), ("two", 2)))
    section = page.Section("here", "Title", "Text", "qbfgs", [table, Bad("Lost."), "Note."])
    text = page.render("All", "Words", [section], [("a", "1")], lambda t: isinstance(t, Bad))
    assert '<th class="group" colspan="2">two</th>' in text
    assert "x&lt;y" in text and '<td class=" bad">fails</td>' in text
    assert '<p class="bad">Lost.</p>' in text and "<p>Note.</p>" in text


def test_as_json(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(report_page, "SECTIONS", SMALL[:1])
    path = tmp_path / "a.html"
    assert cli.main(["report", str(path), "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["bytes"] == path.stat().st_size and data["sections"] == [SMALL[0][3]]


@pytest.mark.parametrize("place", ["no/report.html", ""])
def test_a_place_that_cannot_be_written_is_found_at_once(tmp_path, capsys, monkeypatch, place):
    monkeypatch.setattr(report_page, "SECTIONS", None)
    assert cli.main(["report", str(tmp_path / place)]) == 2
    assert "cannot write" in capsys.readouterr().err
