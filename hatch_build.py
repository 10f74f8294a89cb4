"""Builds the GraphQL editor into the wheel; a wheel made where npm is not goes without, and its page says so."""

import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_STEPS: Final = (["ci", "--no-audit", "--no-fund"], ["run", "build"])


class EditorHook(BuildHookInterface[Any]):
    """Runs npm in `web/` before a wheel is made. An editable install takes the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the hook's signature
        """Build the editor if its sources are newer than what was built last."""
        web, built = Path(self.root, "web"), Path(self.root, "api", "static", "editor", "index.html")
        if version == "editable" or not _is_stale(web, built):
            return
        fault = _build(web)
        if fault:
            self.app.display_warning(f"the GraphQL editor was not built into the wheel: {fault}")


def _build(web: Path) -> str:
    """Run npm; return why it failed, empty if it did not."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm was not found"
    for step in _STEPS:
        done = subprocess.run([npm, *step], cwd=web, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"npm {step[0]} failed\n{done.stderr.strip() or done.stdout.strip()}"
    return ""


def _is_stale(sources: Path, built: Path) -> bool:
    """Return whether a source file is newer than the built page, or nothing was built."""
    if not built.is_file():
        return True
    made = built.stat().st_mtime
    kept = (path for path in sources.rglob("*") if "node_modules" not in path.parts)
    return any(path.stat().st_mtime > made for path in kept if path.is_file())
