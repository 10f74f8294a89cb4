"""The verifier runs without the server: it loads one library beside the standard ones."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOADED = """
import json, pkgutil, importlib, sys
before = set(sys.modules)
import proofs
for found in pkgutil.iter_modules(proofs.__path__, "proofs."):
    importlib.import_module(found.name)
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""


def test_importing_all_of_it_loads_one_library() -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{LOADED}"
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout)) - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith("_")} == {"proofs", "cryptography"}
