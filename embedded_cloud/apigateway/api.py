"""UpdateStage over HTTP. moto's own class serves the other actions.

https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages-stagename.html
"""

from __future__ import annotations

import json
from urllib.parse import unquote

from moto.apigatewayv2 import urls
from moto.apigatewayv2.responses import ApiGatewayV2Response


class ApiGatewayResponse(ApiGatewayV2Response):  # type: ignore[misc]
    """One request to API Gateway's control plane."""

    def update_stage(self) -> tuple[int, dict[str, str], str]:
        *_, api_id, _, stage_name = self.path.split("/")
        stage = self.apigatewayv2_backend.update_stage(api_id, unquote(stage_name), json.loads(self.body))
        return 200, {}, json.dumps(stage.to_json())


# The hosts and paths of this service on moto's server.
url_bases = urls.url_bases
url_paths = {
    path: ApiGatewayResponse.dispatch if handler.__name__ == "dispatch" else handler
    for path, handler in urls.url_paths.items()
}
