"""Faults by plan: a file says which call goes wrong, how and how often; the same file goes wrong the same way again.

``plan`` is the file, ``refusals`` what AWS answers instead of doing as it is told, ``arm`` brings a plan to the running
pipeline. What a fault is made of lies with the service that has it: local/firehose/faults.py, local/yahoo/faults.py,
local/functions/faults.py.
"""
