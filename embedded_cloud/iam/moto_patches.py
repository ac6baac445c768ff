"""The attributes of moto that the embedded IAM replaces.

moto's gate knows no resources and no conditions, and its IAM has no simulation of policies.
"""

from __future__ import annotations

from moto.core.authorization import ActionAuthenticatorMixin
from moto.iam import urls
from moto.iam.models import IAMBackend

from embedded_cloud.moto_patch import ItemPatch, Patch

ACTION_GATE = Patch(ActionAuthenticatorMixin, "_authenticate_and_authorize_normal_action")
S3_GATE = Patch(ActionAuthenticatorMixin, "_authenticate_and_authorize_s3_action")
PATH = ItemPatch(urls.url_paths, "{0}/$")
ATTACH_ROLE_POLICY = Patch(IAMBackend, "attach_role_policy")
