# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the collection is built: imports go one way down, and what is told twice is told alike."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from ansible_collections.groupshare.gitlab.docs.diagrams import draw_layers

COLLECTION = Path(__file__).parents[2]
MODULE_UTILS = COLLECTION / "plugins" / "module_utils"

# Each layer knows those before it, and nothing else.
LAYERS = (
    *("_version", "_errors", "_http", "_gitlab", "_observe", "_plan", "_foresee", "_apply", "_report", "_options"),
    *("_share_all", "_info"),
)
# Within a layer, too, files know only those before them.
FILES = {
    "_http": ("connection", "errors", "bodies", "answers", "failures", "limits", "throttle", "transport", "client"),
    "_gitlab": (
        *("access_levels", "paths", "records", "version_rules", "already_shared", "workers", "pages", "api"),
        *("projects", "invited_group", "client", "connect"),
    ),
    "_observe": (
        *("selection", "costs", "identity", "references", "ancestors", "hidden", "lists", "candidates"),
        *("inherited", "past_run", "select", "observe"),
    ),
    "_plan": ("desired", "plan", "undo", "refusals", "limits", "coverage"),
    "_foresee": ("namespaces", "roles", "protection", "foresee"),
    "_apply": (
        *("run_options", "journal", "recovery", "recover", "signals", "causes", "same_refusal", "step", "apply"),
    ),
    "_report": ("words", "diff", "entries", "warnings", "failure", "result", "coverage"),
    "_options": ("connection", "selection", "sharing", "share_all", "info"),
}

SOURCES = sorted(MODULE_UTILS.rglob("*.py"))
CODE = sorted((COLLECTION / "plugins").rglob("*.py"))
MODULES = sorted((COLLECTION / "plugins" / "modules").glob("*.py"))
# Most of what is in these files is documentation.
DOCUMENTED = ("modules", "doc_fragments")


def name_of(source: Path) -> str:
    return ".".join(source.relative_to(MODULE_UTILS).with_suffix("").parts)


def path_of(source: Path) -> str:
    return str(source.relative_to(COLLECTION))


def imports_of(source: Path) -> set[str]:
    """Full names of the modules that a file imports; those of module_utils begin with a dot."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            found.add(absolute(source, node.level, node.module or "") if node.level else node.module or "")
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def absolute(source: Path, level: int, module: str) -> str:
    """Resolve a relative import to its name below module_utils, with a dot in front."""
    package = source.relative_to(MODULE_UTILS).parts[:-1]
    assert level <= len(package) + 1, f"{source} imports from outside module_utils"
    return "." + ".".join([*package[: len(package) + 1 - level], module])


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_imports_go_down(source: Path) -> None:
    layer, _unused, file = name_of(source).partition(".")
    for imported in imports_of(source):
        assert not imported.startswith("ansible_collections"), "imports within the collection are relative"
        if not imported.startswith("."):
            continue
        other_layer, _unused, other_file = imported[1:].partition(".")
        if other_layer == layer:
            order = FILES[layer]
            assert order.index(other_file) < order.index(file), f"{file} imports {other_file}"
        else:
            assert LAYERS.index(other_layer) < LAYERS.index(layer), f"{layer} imports {other_layer}"


def test_the_order_names_just_the_files_that_there_are() -> None:
    layers = {source.stem if len(parts) == 1 else parts[0] for source, parts in with_parts()}
    assert layers == set(LAYERS)
    files = {(layer, file) for layer, names in FILES.items() for file in names}
    assert files == {(parts[0], source.stem) for source, parts in with_parts() if len(parts) == 2}


def test_the_picture_of_the_layers_is_that_of_the_imports() -> None:
    picture = (COLLECTION / "docs" / "images" / "layers.svg").read_text(encoding="utf-8")
    assert draw_layers() == picture, "python3 docs/diagrams.py draws it"


def with_parts() -> list[tuple[Path, tuple[str, ...]]]:
    return [(source, source.relative_to(MODULE_UTILS).parts) for source in SOURCES]


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_only_the_modules_know_ansible_module(source: Path) -> None:
    assert "ansible.module_utils.basic" not in imports_of(source)
    assert "AnsibleModule" not in source.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_only_the_transport_needs_requests(source: Path) -> None:
    third_party = {imported.split(".")[0] for imported in imports_of(source)} & {"requests", "urllib3"}
    assert not third_party or name_of(source) in ("_http.transport", "_http.bodies")


@pytest.mark.parametrize("source", SOURCES, ids=name_of)
def test_every_file_has_a_purpose_and_a_layer(source: Path) -> None:
    assert name_of(source).split(".", maxsplit=1)[0] in LAYERS
    assert ast.get_docstring(ast.parse(source.read_text(encoding="utf-8")))


@pytest.mark.parametrize("source", CODE, ids=path_of)
def test_a_file_is_read_in_one_sitting(source: Path) -> None:
    if source.parent.name not in DOCUMENTED:
        assert len(source.read_text(encoding="utf-8").splitlines()) <= 300


@pytest.mark.parametrize("source", CODE, ids=path_of)
def test_a_function_fits_on_a_screen(source: Path) -> None:
    nodes = ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    functions = [node for node in nodes if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []


@pytest.mark.parametrize("source", MODULES, ids=path_of)
def test_a_module_can_tell_an_old_python_what_it_needs(source: Path) -> None:
    """It has to be parsed for that, and must not import what cannot be."""
    text = source.read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    imported = {node.module for node in tree.body if isinstance(node, ast.ImportFrom) and node.module}
    assert imported == {"ansible.module_utils.basic"}
    assert "from __future__ import annotations" not in text


def test_the_version_is_that_of_the_collection() -> None:
    galaxy = (COLLECTION / "galaxy.yml").read_text(encoding="utf-8")
    version_file = (MODULE_UTILS / "_version.py").read_text(encoding="utf-8")
    (version,) = re.findall(r"^version: (\S+)$", galaxy, re.MULTILINE)
    assert re.findall(r'^VERSION = "(\S+)"$', version_file, re.MULTILINE) == [version]


def test_the_action_group_holds_all_modules() -> None:
    runtime = (COLLECTION / "meta" / "runtime.yml").read_text(encoding="utf-8")
    modules = sorted(path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py"))
    assert sorted(re.findall(r"^    - (\S+)$", runtime, re.MULTILINE)) == modules
