"""Faults by plan: a file lists the calls that fail, how and how often. The same file always injects the same faults.

``plan`` reads the file. ``injection`` injects its faults into the running pipeline. Each fault is defined beside its
service: in refusals.py, firehose/faults.py and lambda_/faults.py of embedded_cloud, and in yahoo/faults.py of local.
"""
