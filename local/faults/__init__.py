"""Faults by plan: a file says which call goes wrong, how and how often; the same file goes wrong the same way again.

``plan`` is the file, ``arm`` brings a plan to the running pipeline. The faults themselves lie with the service that has
them: refusals.py, firehose/faults.py and lambda_/faults.py of embedded_cloud, yahoo/faults.py of local.
"""
