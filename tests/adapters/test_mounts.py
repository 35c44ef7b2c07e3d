"""Which file systems count as those of a network, from recorded lists of mounts."""

from pathlib import Path

import pytest

from app.adapters.mounts import MOUNTS, network_file_system

SERVER = r"""
22 28 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:12 - proc proc rw
28 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,discard,errors=remount-ro
96 28 0:45 / /srv rw,relatime shared:55 - nfs4 10.0.0.5:/export/srv rw,vers=4.2,rsize=1048576,hard,proto=tcp
97 96 8:17 / /srv/fast rw,relatime shared:56 - xfs /dev/sdb1 rw,attr2,inode64
98 28 0:46 / /mnt/share rw,relatime shared:57 - cifs //nas/share rw,vers=3.1.1,username=desk
99 28 0:47 / /mnt/my\040disk rw,relatime shared:58 - fuse.sshfs desk@host:/ rw,user_id=0,group_id=0
100 28 0:48 / /mnt/usb rw,relatime shared:59 - fuseblk /dev/sdc1 rw,user_id=0
101 28 0:49 / /mnt/stack rw,relatime shared:60 - ext4 /dev/sdd1 rw
102 101 0:50 / /mnt/stack rw,relatime shared:61 - nfs nas:/stack rw,vers=3
""".strip()

CONTAINER = """
612 500 0:60 / / rw,relatime master:200 - overlay overlay rw,lowerdir=/l/A:/l/B,upperdir=/u,workdir=/w
613 612 0:64 / /proc rw,nosuid - proc proc rw
620 612 0:70 / /data rw,relatime - 9p mount0 rw,sync,dirsync,access=client,trans=virtio
621 612 0:71 / /cache rw,relatime - tmpfs tmpfs rw
""".strip()


@pytest.mark.parametrize(
    ("mounts", "path", "kind"),
    [
        (SERVER, "/var/lib/support-desk/desk.sqlite3", None),
        (SERVER, "/srv/desk.sqlite3", "nfs4"),
        (SERVER, "/srv", "nfs4"),
        (SERVER, "/srvice/desk.sqlite3", None),
        (SERVER, "/srv/fast/desk.sqlite3", None),
        (SERVER, "/mnt/share/a/b/c", "cifs"),
        (SERVER, "/mnt/my disk/desk.sqlite3", "fuse.sshfs"),
        (SERVER, "/mnt/usb/desk.sqlite3", None),
        (SERVER, "/mnt/stack/desk.sqlite3", "nfs"),
        (CONTAINER, "/srv/desk.sqlite3", None),
        (CONTAINER, "/data/attachments", "9p"),
        (CONTAINER, "/cache/desk.sqlite3", None),
        ("1 0 0:1 / /data rw - vboxsf desk rw", "/data/desk.sqlite3", "vboxsf"),
        ("1 0 0:1 / /data rw - prl_fs desk rw", "/data/desk.sqlite3", "prl_fs"),
        ("1 0 0:1 / /data rw - vmhgfs desk rw", "/data/desk.sqlite3", "vmhgfs"),
        ("", "/data", None),
    ],
)
def test_the_nearest_mount_decides(mounts: str, path: str, kind: str | None) -> None:
    assert network_file_system(Path(path), mounts) == kind


def test_the_list_of_this_machine_is_read() -> None:
    assert network_file_system(Path("/proc/self"), MOUNTS.read_text("utf-8")) is None
