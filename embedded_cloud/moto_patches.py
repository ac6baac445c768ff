"""The attributes of moto's server that the embedded cloud replaces."""

from __future__ import annotations

from moto.moto_server import werkzeug_app

from embedded_cloud.moto_patch import Patch

# By default moto lets every web page read every response.
NO_GLOBAL_CORS = Patch(werkzeug_app, "DISABLE_GLOBAL_CORS")
