"""File systems of other machines, found in Linux's list of mounts.

SQLite's locks and shared memory, and the renaming of stored files, are not reliable on them.
"""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

NETWORK = frozenset(
    {
        *("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "9p", "afs", "ceph", "coda", "gfs2"),
        *("glusterfs", "lustre", "beegfs", "gpfs", "ocfs2", "orangefs", "pvfs2", "ncpfs", "virtiofs"),
        *("vboxsf", "vmhgfs", "prl_fs"),
    }
)
"""Types of file systems that other machines share, hosts of a virtual machine among them."""

LOCAL_FUSE = frozenset({"fuseblk", "fuse.ntfs-3g", "fuse.exfat", "fuse.bindfs", "fuse.fuse-overlayfs"})
"""Types of user-space file systems on local disks; all others count as remote, such as fuse.sshfs."""

_OCTAL = re.compile(r"\\([0-7]{3})")


def network_file_system(path: Path, mounts: str) -> str | None:
    """Return the type of the file system that holds a path, if it is one of a network; otherwise None.

    `mounts` is the text of MOUNTS. Of several mounts on one place the last one counts.
    """
    nearest, kind = 0, ""
    for line in mounts.splitlines():
        fields, _, about = line.partition(" - ")
        place = Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), fields.split(" ")[4]))
        if len(place.parts) >= nearest and path.is_relative_to(place):
            nearest, kind = len(place.parts), about.split(" ")[0]
    remote = kind in NETWORK or (kind.startswith("fuse") and kind not in LOCAL_FUSE)
    return kind if remote else None
