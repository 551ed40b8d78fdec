"""The production-like stack without a container engine: its schema, commands and variables."""

import ast
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from temporalio.envconfig import ClientConfigProfile
from temporalio.testing import WorkflowEnvironment

from stack.folders import CHECKOUT
from stack.temporal import server_program
from starter.api.http import health
from tests.product_settings import read_variables, required_variables

Service = dict[str, Any]

STACK: dict[str, Any] = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))
SERVICES: dict[str, Service] = STACK["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text("utf-8")
HELP_WITHIN_SECONDS = 60

SANDBOXES = {"acquirer", "bank", "identity", "scanner", "telegram"}
ONE_SHOTS = {"temporal-schema", "temporal-namespace", "migrate", "search-attributes"}
PINNED_IMAGE = re.compile(r"[a-z0-9./-]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)*")
REFERENCE = re.compile(r"\$\{(?P<name>[A-Z_]+)(?P<rest>[^}]*)\}")


def _strings(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [text for value in node.values() for text in _strings(value)]
    if isinstance(node, list):
        return [text for value in node for text in _strings(value)]
    return [node] if isinstance(node, str) else []


def _references() -> dict[str, set[str]]:
    """Variables of the whole file, and what stands behind each: `:-default` or `:?message`."""
    found: dict[str, set[str]] = {}
    for text in _strings(SERVICES):
        for match in REFERENCE.finditer(text):
            found.setdefault(match["name"], set()).add(match["rest"])
    return found


def _trial_environment() -> dict[str, str]:
    lines = (CHECKOUT / "docker" / "example.env").read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _copied() -> set[str]:
    """What the Dockerfile takes from the checkout."""
    copies = re.findall(r"^COPY (.+)$", DOCKERFILE, re.MULTILINE)
    return {source for copy in copies for source in copy.split()[:-1]}


def test_the_stack_is_a_valid_compose_file() -> None:
    schema = json.loads((CHECKOUT / "tests" / "compose-spec.json").read_text("utf-8"))
    assert [error.message for error in Draft7Validator(schema).iter_errors(STACK)] == []


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned(name: str) -> None:
    assert PINNED_IMAGE.fullmatch(SERVICES[name]["image"])


def test_our_image_is_built_on_a_pinned_one() -> None:
    (base,) = re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE)
    assert PINNED_IMAGE.fullmatch(base)


def test_our_image_runs_as_an_ordinary_user_and_installs_only_locked_packages() -> None:
    (user,) = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert user != "root"
    assert "--require-hashes --requirement requirements/runtime.txt" in DOCKERFILE


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONE_SHOTS))
def test_every_long_running_service_is_watched_and_restarted(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["healthcheck"]["test"][0] == "CMD"
    assert {"interval", "timeout", "retries", "start_period"} <= set(service["healthcheck"])


@pytest.mark.parametrize("name", sorted(ONE_SHOTS))
def test_a_job_runs_once_and_whoever_needs_it_waits_for_its_success(name: str) -> None:
    waiting = [
        service["depends_on"][name]["condition"]
        for service in SERVICES.values()
        if name in service.get("depends_on", {})
    ]
    assert SERVICES[name]["restart"] == "no"
    assert waiting
    assert set(waiting) == {"service_completed_successfully"}


def test_nobody_waits_for_a_service_that_is_merely_started() -> None:
    for service in SERVICES.values():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in SERVICES
            assert needed in ONE_SHOTS or how["condition"] == "service_healthy"


def test_the_outside_holds_nothing_up() -> None:
    needed = {name for service in SERVICES.values() for name in service.get("depends_on", {})}
    assert needed.isdisjoint({"mail", *SANDBOXES})


def test_ports_are_published_on_the_loopback_address_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(re.fullmatch(r"127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+", port) for port in published)


def test_two_workers_serve_the_cases() -> None:
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_every_variable_has_a_default_or_says_what_is_missing() -> None:
    for rests in _references().values():
        assert all(re.fullmatch(r":-\S.*|:\?\S.{9,}", rest) for rest in rests)


def test_secrets_have_no_default() -> None:
    secrets = {name for name in _references() if re.search(r"PASSWORD|SECRET|KEY", name)}
    assert len(secrets) >= 4
    assert all(rest.startswith(":?") for name in secrets for rest in _references()[name])


def test_the_trial_environment_gives_every_required_variable_and_nothing_unknown() -> None:
    references, trial = _references(), _trial_environment()
    required = {name for name, rests in references.items() if any(":?" in rest for rest in rests)}
    handed_over = {name for name, value in _our_environment().items() if value is None}
    assert required <= set(trial) <= set(references) | handed_over


def _our_environment() -> dict[str, str | None]:
    environment: dict[str, str | None] = STACK["x-ours"]["environment"]
    return environment


@pytest.mark.parametrize("name", sorted(set(OURS) - SANDBOXES))
def test_our_programs_are_told_all_that_they_read_and_nothing_else(name: str) -> None:
    told = set(OURS[name]["environment"])
    ours = {variable for variable in told if variable.startswith("KOPEYKA_")}
    assert ours == read_variables()
    assert all(OURS[name]["environment"][variable] is not None for variable in required_variables())


@pytest.mark.parametrize("variable", [name for name in _our_environment() if "TEMPORAL_" in name])
def test_every_temporal_variable_is_read_by_someone(variable: str) -> None:
    if variable.startswith("KOPEYKA_"):
        assert variable in read_variables()
        return
    profile = ClientConfigProfile.load(
        disable_file=True, override_env_vars={variable: "somewhere:7233"}
    )
    assert "somewhere:7233" in profile.to_client_connect_config().values()


@pytest.mark.parametrize("name", OURS)
def test_every_command_of_ours_exists_with_its_options(name: str) -> None:
    program, *arguments = OURS[name]["command"]
    assert program == "python"
    if arguments[0] != "-m":
        assert arguments in [[path] for path in _copied()]
        return
    _, module, verb, *rest = arguments
    help_text = _help(module, verb)
    options = [argument for argument in rest if argument.startswith("--")]
    assert all(option in help_text for option in options)


def _help(module: str, verb: str) -> str:
    """What a subcommand says of itself; an unknown one fails."""
    done = subprocess.run(  # noqa: S603  our own programs
        [sys.executable, "-m", module, verb, "--help"],
        cwd=CHECKOUT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=HELP_WITHIN_SECONDS,
        check=True,
    )
    return done.stdout


def test_the_worker_is_watched_by_a_module_that_is_in_the_image() -> None:
    *_, module = SERVICES["worker"]["healthcheck"]["test"]
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).relative_to(CHECKOUT).as_posix() in _copied()


def test_the_api_is_watched_at_an_address_it_has() -> None:
    *_, script = SERVICES["api"]["healthcheck"]["test"]
    compile(script, "healthcheck", "exec")
    path = script.split(":8080")[1].split("'")[0]
    assert path in {getattr(route, "path", None) for route in health.routes.routes}


def test_every_mounted_file_and_named_volume_exists() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            exists = (CHECKOUT / source).is_file() if "/" in source else source in STACK["volumes"]
            assert exists, source


def test_the_builder_is_sent_exactly_what_the_image_takes() -> None:
    lines = (CHECKOUT / ".dockerignore").read_text("utf-8").splitlines()
    assert {line[1:] for line in lines if line.startswith("!")} == _copied()
    assert all((CHECKOUT / source).exists() for source in _copied())


def _imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    named = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    plain = [
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    ]
    return {name.split(".")[0] for name in [*named, *plain] if name}


def test_the_image_holds_all_that_its_programs_import() -> None:
    roots = [CHECKOUT / source for source in _copied() if not source.endswith(".txt")]
    files = [path for root in roots for path in ([root] if root.is_file() else root.rglob("*.py"))]
    inside = {root.stem for root in roots} | set(sys.stdlib_module_names)
    outside = set().union(*(_imports_of(path) for path in files)) - inside
    locked = (CHECKOUT / "requirements" / "runtime.txt").read_text("utf-8")
    installed = {
        re.sub(r"[-_.]+", "-", name).lower()
        for name in re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==", locked, re.MULTILINE)
    }
    distributions = packages_distributions()
    missing = {
        module
        for module in outside
        if not {re.sub(r"[-_.]+", "-", name).lower() for name in distributions.get(module, [])}
        & installed
    }
    assert missing == set()


def test_the_namespace_is_made_once_and_found_by_a_repeat(
    temporal_env: WorkflowEnvironment, tmp_path: Path
) -> None:
    """The compose file's job, run against a real server with the tool that its image carries."""
    service = SERVICES["temporal-namespace"]
    shell, mounted = service["entrypoint"]
    script = CHECKOUT / "docker" / Path(mounted).name
    environment = {
        "PATH": f"{server_program().parent}:{os.defpath}",
        "HOME": str(tmp_path),
        "TEMPORAL_ADDRESS": temporal_env.client.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": "compose",
        "RETENTION": service["environment"]["RETENTION"].split(":-")[1].rstrip("}"),
    }
    described = shlex.split("temporal operator namespace describe --namespace compose")
    for command in ([shell, str(script)], [shell, str(script)], described):
        done = subprocess.run(  # noqa: S603  our own script
            command, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr
    assert "2160h" in done.stdout
