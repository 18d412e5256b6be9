"""``api.openapi``: routes and models from an OpenAPI document, laid under those of the file.

What the document gives is a node like any other, so what is found wrong with a derived route later
is told at its place in the document.
"""

from __future__ import annotations

import re
from pathlib import Path

from gateway_infra.openapi_input.document import At, Report, WithDocument, grouped
from gateway_infra.openapi_input.routes import PREFIX, LineContext, Routes, routes_of
from gateway_infra.openapi_input.schema import new_schemas
from gateway_infra.reading.diagnostics import (
    ConfigError,
    Diagnostic,
    KeyPath,
    did_you_mean,
    kind_of,
)
from gateway_infra.reading.merge import merge
from gateway_infra.reading.rule import Rule
from gateway_infra.reading.source import DOCUMENT, Node, read_file
from gateway_infra.sections.api import DOCUMENT_NAME

KEY: KeyPath = ("api", "openapi")
_FILE = re.compile(DOCUMENT_NAME)
_BASE_PATH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/]*(/.*[^/])/*|(/.*[^/])/*")
_READ = ("binary-media-types", "minimum-compression-size", "request-validator")
_ROOT_KEYS = (*_READ, "request-validators", "api-key-source", "importexport-version")


def with_openapi(written: Node, folder: Path, shown: str) -> WithDocument:
    """Return an environment over the routes and models of the document that it names.

    `written` is merged, with its nulls: one removes a derived route. It comes back as it is where
    it names no document. `folder` holds the document, and messages call it `shown`. Raise
    `ConfigError` with all that is wrong with the document.
    """
    given = _written(written, KEY)
    if given is None:
        return WithDocument(written)
    file, function = _asked(given, written)
    name = f"{shown}/{file.value}"
    root = read_file(_path_of(file, folder), name, DOCUMENT)
    report = Report([], [])
    paths = _paths(root, report)
    around = _around(written, function, root)
    schemas = new_schemas(root, report, siblings=_version(root).startswith("3.1"))
    routes = routes_of(paths, schemas, around) if paths else Routes({}, {}, [])
    _settle(root, given, routes, report)
    if report.faults:
        raise ConfigError(grouped(set(report.faults)))
    api: dict[str, Node] = {"routes": Node(routes.routes, given.place)}
    if routes.models:
        ordered = {name: routes.models[name] for name in sorted(routes.models)}
        api["models"] = Node(ordered, given.place)
    api.update(_settings(root, report))
    derived = Node({"api": Node(api, given.place)}, given.place)
    laid = merge(derived, _spelled_out(written, routes.routes))
    return WithDocument(laid, report.warnings(), name)


def _asked(given: Node, written: Node) -> tuple[Node, Node | None]:
    """Return the document's name, and the function of its routes."""
    file, function = given, None
    if isinstance(given.value, dict):
        unknown = sorted(set(given.value) - {"file", "function"})
        if unknown:
            path = (*KEY, unknown[0])
            message = f"is not a key here{did_you_mean(unknown[0], ['file', 'function'])}"
            raise ConfigError(
                [Diagnostic(path, message, "GI002", place=given.value[unknown[0]].place)]
            )
        file = given.value.get("file", Node(None, given.place))
        function = given.value.get("function")
        function = None if function is None or function.value is None else function
    if not isinstance(file.value, str):
        message = (
            "must name a document, as in petstore.yaml or {file: petstore.yaml, function: web}"
        )
        message += f", not {kind_of(file.plain())}"
        raise ConfigError([Diagnostic(KEY, message, "GI004", place=file.place)])
    functions = _written(written, ("functions",))
    names = sorted(functions.value) if functions and isinstance(functions.value, dict) else []
    if function is not None and function.value not in names:
        message = f"names the function '{function.value}', which is not under `functions`"
        hint = did_you_mean(str(function.value), names)
        problem = Diagnostic((*KEY, "function"), f"{message}{hint}", "GI303", place=function.place)
        raise ConfigError([problem])
    if function is None and len(names) == 1:
        function = Node(names[0], given.place)
    return file, function


def _path_of(file: Node, folder: Path) -> Path:
    """Return the document's path, when it is one in the folder of environments."""
    name = str(file.value)
    if not _FILE.fullmatch(name):
        message = "must name a .yaml, .yml or .json file in the folder of environments"
        raise ConfigError(
            [Diagnostic(KEY, f"{message}, as in petstore.yaml", "GI367", place=file.place)]
        )
    path = folder / name
    if not path.is_file():
        message = f"there is no {name} in this folder"
        raise ConfigError([Diagnostic(KEY, message, "GI367", place=file.place)])
    if not path.resolve().is_relative_to(folder.resolve()):
        message = f"leads out of the folder of environments ({name} is a link); copy the document"
        raise ConfigError([Diagnostic(KEY, message, "GI367", place=file.place)])
    return path


def _version(root: Node) -> str:
    version = At(root, ()).get("openapi")
    if version is None:
        return ""
    return kind_of(version.node.plain()) if version.node.size > 1 else str(version.value)


def _paths(root: Node, report: Report) -> At | None:
    """Return the document's paths; note where it is none that can be read."""
    at = At(root, ())
    swagger = at.get("swagger")
    version = _version(root)
    if swagger is not None:
        message = "is Swagger, and OpenAPI 3.0 and 3.1 are read; convert the document first"
        report.fault(swagger, message)
    elif not version:
        report.fault(at, "is no OpenAPI document: it has no `openapi: 3.…`")
    elif not re.fullmatch(r"3\.[01](\.[0-9]+)?(-.*)?", version):
        report.fault(at.get("openapi") or at, f"is '{version[:20]}'; 3.0 and 3.1 are read")
    else:
        paths = at.get("paths")
        if paths is None:
            report.fault(at, "has no `paths`, so there is no route in it")
        return report.expect(paths, dict)
    return None


def _around(written: Node, function: Node | None, root: Node) -> LineContext:
    routes = _written(written, ("api", "routes"))
    given = routes.value if routes and isinstance(routes.value, dict) else {}
    routed = {
        key
        for key, node in given.items()
        if not isinstance(node.value, dict) or "function" in node.value
    }
    media = _written(written, ("api", "binary_media_types"))
    own = At(root, ()).get(f"{PREFIX}binary-media-types")
    listed = media.plain() if media else own.node.plain() if own else []
    binary = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    cors = _written(written, ("api", "cors")) is not None
    cache = _written(written, ("api", "stage", "cache")) is not None
    authorizers = _written(written, ("api", "authorizers"))
    types = {
        name: str(kind.value)
        for name, node in (
            authorizers.value.items() if authorizers and isinstance(authorizers.value, dict) else ()
        )
        if (kind := _written(node, ("type",))) is not None
    }
    return LineContext(function, frozenset(routed), cors, cache, tuple(binary), types)


def _settle(root: Node, given: Node, found: Routes, report: Report) -> None:
    """Note what only the whole document shows."""
    at = At(root, ())
    if found.homeless:
        first = found.homeless[0]
        count = len(found.homeless)
        message = f"names no function for {count} operation{'s' if count > 1 else ''}, of which "
        message += f"the first is on line {first.node.place.line}: write {{file: …, function: …}}"
        report.faults.append(Diagnostic(KEY, message, "GI362", place=given.place))
    paths = at.get("paths")
    if paths and not found.routes and not report.faults:
        report.fault(paths, "has no operation that could be a route")
    servers = at.get("servers")
    for server in servers.items() if servers else ():
        url = server.text("url") or ""
        if _BASE_PATH.fullmatch(url):
            message = f"is '{url}', but the API's own address ends in its stage: the part behind "
            url_at = server.get("url") or server
            report.spot("server", url_at, f"{message}the host is no part of the routes' paths")
    for key, extension in at.entries():
        if key.startswith(PREFIX) and key.removeprefix(PREFIX) not in _ROOT_KEYS:
            message = "is not read; say it in the environment file"
            report.spot(f"extension {key}", extension, message)
    source = at.text(f"{PREFIX}api-key-source")
    if source not in (None, "HEADER"):
        message = f"is {source}, but keys are read from the header x-api-key here"
        report.spot("key source", at.get(f"{PREFIX}api-key-source") or at, message)


def _settings(root: Node, report: Report) -> dict[str, Node]:
    """Return the settings of the API that API Gateway's own extensions of a document hold."""
    at = At(root, ())
    found: dict[str, Node] = {}
    types = report.expect(at.get(f"{PREFIX}binary-media-types"), list)
    if types is not None:
        found["binary_media_types"] = types.node
    size = at.get(f"{PREFIX}minimum-compression-size")
    if size is not None:
        found["minimum_compression_size"] = size.node
    return found


def _spelled_out(written: Node, derived: dict[str, Node]) -> Node:
    """Return an environment whose routes over derived ones are mappings.

    ``GET /jobs: thumbs`` names another function, and keeps what the document says beside it.
    """
    routes = _written(written, ("api", "routes"))
    if routes is None or not isinstance(routes.value, dict):
        return written
    long = {
        key: Node({"function": node}, node.place)
        if key in derived and isinstance(node.value, str)
        else node
        for key, node in routes.value.items()
    }
    api = _written(written, ("api",))
    if api is None or not isinstance(api.value, dict) or not isinstance(written.value, dict):
        return written
    changed = Node({**api.value, "routes": Node(long, routes.place)}, api.place)
    return Node({**written.value, "api": changed}, written.place)


def _written(node: Node, path: KeyPath) -> Node | None:
    """Return what stands at `path`; ``None`` where nothing does, or null."""
    for part in path:
        if not isinstance(node.value, dict) or part not in node.value:
            return None
        node = node.value[str(part)]
    return None if node.value is None else node


RULES = (
    Rule.error(
        "GI362",
        "Operations that lead to no function",
        "Each operation becomes a route, and a route leads to a function.",
        "Write {file: …, function: …}, or name the function by x-gateway-infra.",
        "docs/openapi.md",
    ),
    Rule.error(
        "GI367",
        "A document that is not in the folder of environments",
        "Documents are read from the folder of environments, and from nowhere else.",
        "Put a copy there, and name it by its path from there.",
        "docs/openapi.md",
    ),
)
