# SPDX-License-Identifier: LGPL-2.1-or-later
"""A keeper to which the world looks otherwise than it is: something preloaded stands between."""
import subprocess

from rig import HERE


def preload(machine, folder, name, **numbers):
    """Restarts the machine's keeper with that library, built with these numbers."""
    library = folder / f"{name}.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-D_GNU_SOURCE", *(f"-D{key}={value}" for key, value in numbers.items()),
                    "-o", library, HERE / f"{name}.c"], check=True)
    machine.kill_keeper()
    machine.command = ["env", f"LD_PRELOAD={library}", machine.rig.keeper]
    machine.start_keeper()
