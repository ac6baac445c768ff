"""The attributes of moto's server that the embedded cloud replaces."""

from __future__ import annotations

from moto.moto_server import werkzeug_app

from embedded_cloud.moto_patch import Patch

# By default moto lets every web page read every response.
NO_GLOBAL_CORS = Patch(werkzeug_app, "DISABLE_GLOBAL_CORS")
# moto lists its own folders for each request, which is a tenth of the CPU time of an answer.
SERVICE_OF_HOST = Patch(werkzeug_app.DomainDispatcherApplication, "get_backend_for_host")
