"""A cable between two hosts that are network namespaces: passes frames from one tap device to the other.

Arguments: namespace and device of each end. SIGUSR1 pulls it, SIGUSR2 puts it back. Not every kernel has pairs of
devices that are such a cable; taps it has wherever a VPN runs.
"""
import ctypes
import fcntl
import os
import select
import signal
import struct
import sys

SET_INTERFACE = 0x400454CA
TAP_WITHOUT_HEAD = 0x0002 | 0x1000
NEW_NETWORK = 0x40000000

libc = ctypes.CDLL(None, use_errno=True)
own_space = os.open("/proc/self/ns/net", os.O_RDONLY)


def enter(space):
    if libc.setns(space, NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def open_tap(space, device):
    enter(os.open("/run/netns/" + space, os.O_RDONLY))
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, SET_INTERFACE, struct.pack("16sH", device.encode(), TAP_WITHOUT_HEAD))
    enter(own_space)
    return tap


is_pulled = False


def pull(signum, _frame):
    global is_pulled
    is_pulled = signum == signal.SIGUSR1


signal.signal(signal.SIGUSR1, pull)
signal.signal(signal.SIGUSR2, pull)
one, two = open_tap(*sys.argv[1:3]), open_tap(*sys.argv[3:5])
print("ready", flush=True)
while True:
    for end in select.select([one, two], [], [])[0]:
        frame = os.read(end, 65536)
        if is_pulled:
            continue
        try:
            os.write(two if end == one else one, frame)
        except OSError:
            pass  # the other end is down: the frame is lost, as on any cable
