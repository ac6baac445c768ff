"""CloudFormation and the resource types that it supports.

moto's CloudFormation is imported here, without the services that this folder doesn't need.
"""

import embedded_cloud.moto_patches  # noqa: F401
