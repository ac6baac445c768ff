from local.cloud import EmbeddedCloud


def install(cloud: EmbeddedCloud) -> None:
    del cloud
