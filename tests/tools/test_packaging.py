"""What installs the project agrees with what is there."""

import importlib.metadata
import json
import re
from pathlib import Path

import pytest

import qbfgs

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text()
# What mip installs: the list, and the folder that it is about.
LISTS = {"package.json": "shared", "firmware/package.json": "firmware"}
WASM = ROOT / "tools" / "wasm"


def mip(name):
    return json.loads((ROOT / name).read_text())


def test_every_room_of_tests_is_run(pytestconfig):
    rooms = {path.relative_to(ROOT).parts[1] for path in ROOT.glob("tests/**/test_*.py")}
    assert sorted(f"tests/{room}" for room in rooms) == sorted(pytestconfig.getini("testpaths"))


@pytest.mark.parametrize("name", LISTS)
def test_mip_lists_every_file_of_a_package_and_no_other(name):
    folder = (ROOT / name).parent
    listed = [(folder / source).relative_to(ROOT).as_posix() for _, source in mip(name)["urls"]]
    files = sorted((ROOT / LISTS[name]).glob("qbfgs*/**/*.py"))
    there = [path.relative_to(ROOT).as_posix() for path in files]
    assert listed == there, "run: python tools/update_package_json.py"
    assert len(listed) >= 10


@pytest.mark.parametrize("name", LISTS)
def test_mip_puts_each_file_where_it_is_imported_from(name):
    folder = (ROOT / name).parent
    for target, source in mip(name)["urls"]:
        assert ROOT / LISTS[name] / target == folder / source


def test_versions_agree():
    version = re.search(r'^version = "(.+)"', PYPROJECT, re.M).group(1)
    assert {mip(name)["version"] for name in LISTS} == {qbfgs.__version__} == {version}
    assert f"## {version}" in (ROOT / "CHANGES.md").read_text()


@pytest.mark.parametrize("folder", ["shared/qbfgs", "desktop/qbfgs_desktop", "tools/qbfgs_tools"])
def test_pyproject_lists_every_package(folder):
    listed = re.search(r"^packages = \[(.*?)\]", PYPROJECT, re.M | re.DOTALL).group(1)
    top = ROOT / folder
    for init in top.rglob("__init__.py"):
        package = ".".join(init.parent.relative_to(top.parent).parts)
        assert f'"{package}"' in listed


def test_the_installed_package_is_this_checkout():
    assert Path(qbfgs.__file__).is_relative_to(ROOT / "shared")
    scripts = importlib.metadata.distribution("qbfgs").entry_points
    assert [s.value for s in scripts if s.name == "qbfgs"] == ["qbfgs_tools.cli:main"]


def test_the_npm_lock_pins_what_is_asked_for_and_names_no_address():
    asked = json.loads((WASM / "package.json").read_text())["dependencies"]
    text = (WASM / "package-lock.json").read_text()
    locked = json.loads(text)["packages"]
    for name, version in asked.items():
        assert locked["node_modules/" + name]["version"] == version
        assert locked["node_modules/" + name]["integrity"]
    assert "resolved" not in text
    assert "://" not in text


def test_pre_commit_runs_the_ruff_that_is_pinned_and_names_no_address():
    text = (ROOT / ".pre-commit-config.yaml").read_text()
    pinned = re.search(r'"(ruff==[\d.]+)"', PYPROJECT)[1]
    assert re.findall(r'additional_dependencies: \["(.*)"\]', text) == [pinned, pinned]
    assert "://" not in text


@pytest.mark.parametrize("script", ["tools/test.sh", "tools/demo.sh", ".ci/run"])
def test_scripts_can_be_run(script):
    assert (ROOT / script).stat().st_mode & 0o111 == 0o111
