"""OpenAPI documents: what LocalStack's import of one leaves out or does in another way.

* ``mode``: LocalStack replaces the paths in either mode, and keeps gateway responses, models and
  validators in either. AWS replaces all of it with ``overwrite``, and with ``merge`` keeps what
  the document does not name.
* The resource policy: ``overwrite`` removes one that the document does not hold.
* The root resource keeps its id.
* A model holds what it refers to, as `validation` reads it; LocalStack writes URLs of its own.
* Gateway responses, ``awsSigv4``, cache keys, and models of other content types than JSON.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api-update.html
"""

import copy
import json
from typing import Any

from localstack.aws.api import RequestContext
from localstack.services.apigateway.helpers import EMPTY_MODEL, ERROR_MODEL, get_apigateway_store
from localstack.services.apigateway.legacy import provider
from localstack.services.apigateway.models import RestApiContainer

Document = dict[str, Any]

ANY = "x-amazon-apigateway-any-method"
RESPONSES = "x-amazon-apigateway-gateway-responses"
_MERGED = ("paths", RESPONSES)

_import = provider.import_api_from_openapi_spec
_documents: dict[str, Document] = {}


def install() -> None:
    """Replace the import."""
    provider.import_api_from_openapi_spec = import_document


def import_document(
    rest_api: Any, context: RequestContext, open_api_spec: Document, mode: str
) -> tuple[Any, list[str]]:
    """Import a document, and complete what LocalStack made of it."""
    container = get_apigateway_store(context=context).rest_apis[rest_api.id]
    document = open_api_spec
    if mode == "overwrite":
        _forget(container)
        rest_api.minimum_compression_size = None
        rest_api.policy = None
    else:
        document = _merged(_documents.get(rest_api.id, {}), open_api_spec)
    _documents[rest_api.id] = copy.deepcopy(document)
    root = _root(rest_api).id
    imported, warnings = _import(rest_api, context, document, mode)
    _keep_root(imported, container, root)
    for resource in imported.resources.values():
        operations = document["paths"].get(resource.get_path()) or {}
        for field, operation in operations.items():
            method = "ANY" if field == ANY else field.upper()
            _complete(resource.resource_methods[method], operation, document)
    _keep_models_whole(container, document)
    for kind, answer in (document.get(RESPONSES) or {}).items():
        container.gateway_responses[kind] = {
            **copy.deepcopy(answer),
            "responseType": kind,
            "defaultResponse": False,
        }
    return imported, warnings


def _forget(container: RestApiContainer) -> None:
    """Remove what belongs to the definition, but for the models that every API has."""
    container.gateway_responses.clear()
    container.authorizers.clear()
    container.validators.clear()
    container.documentation_parts.clear()
    container.resource_children.clear()
    container.resolved_models.clear()
    for name in set(container.models) - {EMPTY_MODEL, ERROR_MODEL}:
        del container.models[name]


def _merged(old: Document, new: Document) -> Document:
    """Add what only the old document names."""
    merged = dict(new)
    for part in _MERGED:
        names = {**old.get(part, {}), **new.get(part, {})}
        if names:
            merged[part] = {
                name: {**old.get(part, {}).get(name, {}), **new.get(part, {}).get(name, {})}
                for name in names
            }
    return merged


def _root(rest_api: Any) -> Any:
    return next(item for item in rest_api.resources.values() if not item.parent_id)


def _keep_root(rest_api: Any, container: RestApiContainer, kept: str) -> None:
    """Give the root path's resource its old id again."""
    root = _root(rest_api)
    made = root.id
    if made == kept:
        return
    root.id = kept
    rest_api.resources = {
        kept if key == made else key: item for key, item in rest_api.resources.items()
    }
    for item in rest_api.resources.values():
        if item.parent_id == made:
            item.parent_id = kept
    children = container.resource_children.pop(made, [])
    container.resource_children[kept] = children


def _keep_models_whole(container: RestApiContainer, document: Document) -> None:
    schemas = (document.get("components") or {}).get("schemas") or {}
    local = json.loads(json.dumps(schemas).replace("#/components/schemas/", "#/definitions/"))
    for name, schema in local.items():
        container.models[name]["schema"] = json.dumps({**schema, "definitions": local})


def _complete(method: Any, operation: Document, document: Document) -> None:
    schemes = (document.get("components") or {}).get("securitySchemes") or {}
    asked = [name for requirement in operation.get("security") or [] for name in requirement]
    kinds = [schemes.get(name, {}).get("x-amazon-apigateway-authtype") for name in asked]
    if "awsSigv4" in kinds:
        method.authorization_type = "AWS_IAM"
    integration = operation.get("x-amazon-apigateway-integration") or {}
    method.method_integration.cache_key_parameters = integration.get("cacheKeyParameters") or []
    content = (operation.get("requestBody") or {}).get("content") or {}
    if content:
        method.request_models = {
            kind: media["schema"]["$ref"].rsplit("/", 1)[1] for kind, media in content.items()
        }
