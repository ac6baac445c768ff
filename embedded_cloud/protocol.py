"""boto3's models of AWS's services, and errors and request ids in the protocols that their clients parse.

https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import functools
import json
import uuid
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from botocore.model import ServiceModel
from botocore.session import Session

REQUEST_ID_HEADER = "x-amzn-requestid"
JSON, XML = "application/x-amz-json-1.1", "application/xml"

_SESSION = Session()  # one for all models: a session takes 0.02 s


@functools.cache
def find_boto_name(service: str) -> str:
    """Return boto3's name of a service by that name without hyphens, or ``service`` itself if there is none."""
    return next((name for name in _SESSION.get_available_services() if name.replace("-", "") == service), service)


@functools.cache
def load_model(service: str) -> ServiceModel:
    """Return the model of a service by its name in boto3. Raise UnknownServiceError if boto3 lacks it."""
    return _SESSION.get_service_model(service)


@functools.cache
def find_protocol(service: str) -> str | None:
    """Return the protocol of a service by its name in boto3: json, rest-json, query, ec2 or rest-xml."""
    try:
        return str(load_model(service).resolved_protocol)
    except UnknownServiceError:
        return None


def format_json(code: str, message: str) -> str:
    """Return the body of an error of a JSON service."""
    return json.dumps({"__type": code, "message": message, "Message": message})


def format_query(code: str, message: str) -> str:
    """Return the body of an error of a query service, and of the XML services other than S3."""
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return f"<ErrorResponse>{error}<RequestId/></ErrorResponse>"


def format_ec2(code: str, message: str) -> str:
    """Return the body of an error of EC2."""
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    return f"<Response><Errors>{error}</Errors><RequestID/></Response>"


def format_s3(code: str, message: str) -> str:
    """Return the body of an error of S3."""
    return f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"


def format_error(service: str, protocol: str, code: str, message: str) -> tuple[str, str]:
    """Return the body of a service's error and its content type."""
    if protocol in {"json", "rest-json"}:
        return format_json(code, message), JSON
    formats = {"ec2": format_ec2, "rest-xml": format_s3 if service == "s3" else format_query}
    return formats.get(protocol, format_query)(code, message), XML


def set_request_id(headers: dict[str, str]) -> str:
    """Return the request's id in the headers of a response, or set a new one. AWS's ids are UUIDs."""
    return headers.setdefault(REQUEST_ID_HEADER, str(uuid.uuid4()))
