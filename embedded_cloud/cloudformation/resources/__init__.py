"""CloudFormation resource types of the services that moto serves, one module a service."""
