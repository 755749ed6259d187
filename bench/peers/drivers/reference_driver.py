"""The plain reference in model.py; also shows the adapter that our own engine will have."""

import json
import pathlib
import sys

import common

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from model import Reference


def make(directory, mode):
    with open(directory + "/model.json") as f:
        return Reference(json.load(f))


common.main(make)
