"""``python -m comfy.workflow.convert``: saved workflows → API graphs, file by file."""

import argparse
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from comfy.errors import WorkflowError
from comfy.workflow.catalogue import parse_catalogue
from comfy.workflow.convert.convert import convert
from comfy.workflow.json_text import parse_json


def main(arguments: list[str] | None = None) -> int:
    """``python -m comfy.workflow.convert``: convert files; the exit code is 1 if any fails."""
    parser = argparse.ArgumentParser(prog="python -m comfy.workflow.convert", description=__doc__)
    parser.add_argument("--catalogue", type=Path, required=True, help="a server's /object_info")
    parser.add_argument("--out", type=Path, required=True, help="folder for NAME.api.json")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="saved workflows")
    options = parser.parse_args(arguments)
    failed = False
    try:
        catalogue = parse_catalogue(_read(options.catalogue))
        options.out.mkdir(parents=True, exist_ok=True)
    except (WorkflowError, OSError) as error:
        parser.exit(2, f"{error}\n")
    for file in options.files:
        try:
            converted = convert(_read(file), catalogue, datetime.now().astimezone())
            target = options.out / f"{file.name.removesuffix('.json')}.api.json"
            target.write_text(json.dumps(converted.graph, indent=2), encoding="utf-8")
        except (WorkflowError, OSError) as error:
            failed = True
            print(f"{file}: {error}", file=sys.stderr)
            continue
        for warning in converted.warnings:
            print(f"{file}: {warning}", file=sys.stderr)
    return int(failed)


def _read(file: Path) -> dict[str, Any]:
    data = parse_json(file.read_bytes(), str(file))
    if not isinstance(data, dict):
        raise WorkflowError(f"{file} holds no JSON object.")
    return data


if __name__ == "__main__":
    sys.exit(main())
