# SPDX-License-Identifier: MIT
"""The repository's own files, for scripts that look at all of them."""

import os
import subprocess

SKIPPED_FOLDERS = {".git", "build", "node_modules", "__pycache__"}


def tracked_files(root):
    """Paths relative to `root`: what git knows or would add; without git, everything."""
    git = subprocess.run(
        ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
    )
    if git.returncode == 0:
        names = sorted(set(git.stdout.split("\0")) - {""})
        return [name for name in names if os.path.isfile(os.path.join(root, name))]
    found = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
        found += [os.path.relpath(os.path.join(folder, name), root) for name in files]
    return sorted(found)
