"""manifest.py freezes what exists, and all of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def listed():
    """(included manifests, {package: its files}) of manifest.py."""
    includes, packages = [], {}

    def package(name, base_path):
        packages[name] = sorted((ROOT / base_path / name).rglob("*.py"))

    source = (ROOT / "manifest.py").read_text()
    exec(compile(source, "manifest.py", "exec"), {"include": includes.append, "package": package})
    return includes, packages


def test_the_manifest_freezes_the_core_and_the_firmware():
    includes, packages = listed()
    assert includes == ["$(PORT_DIR)/boards/manifest.py"]
    frozen = sorted(file for files in packages.values() for file in files)
    there = [*ROOT.glob("shared/**/*.py"), *ROOT.glob("firmware/**/*.py")]
    programs = {ROOT / "firmware" / "main.py", *ROOT.glob("firmware/examples/**/*.py")}
    assert frozen == sorted(set(there) - programs)
    assert all(ROOT / f"{place}/__init__.py" in frozen for place in ("shared/qbfgs",))
    assert set(packages) == {"qbfgs", "qbfgs_board"}
