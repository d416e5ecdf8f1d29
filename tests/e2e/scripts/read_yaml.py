"""YAML from standard input as JSON on standard output, read by PyYAML: YAML 1.1, as older readers have it."""

import json
import sys

import yaml

print(json.dumps(yaml.safe_load(sys.stdin)))
