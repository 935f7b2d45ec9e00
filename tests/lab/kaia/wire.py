"""What the other validators hear of the cluster's nodes: the p2p data on the lab's wire, by connection.

A connection is known by machine, own port and the other end. What a machine sends on one that it had before a moment was
sent by the kcn that ran then; a kcn that is started later begins new ones."""

import select
import socket
import struct
import threading
import time

from kaia.peer import P2P_PORT

ALL = 0x0003            # ETH_P_ALL
TO_THE_MACHINE = 4      # PACKET_OUTGOING, seen from the plug


class Wire:
    """Listens at the plugs of some machines to what they send to some addresses, from now on."""

    def __init__(self, lan, machines, addresses):
        self.addresses = {socket.inet_aton(address) for address in addresses}
        self.spans = {}     # (machine, own port, other end): first and last instant, in seconds of the epoch
        self._stop = threading.Event()
        self._sockets = {}
        for machine in machines:
            plug = lan.open_socket(socket.AF_PACKET, socket.SOCK_RAW)
            plug.bind((machine, ALL))
            self._sockets[plug] = machine
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self):
        while not self._stop.is_set():
            for plug in select.select(self._sockets, [], [], 0.2)[0]:
                frame, where = plug.recvfrom(256)
                found = where[2] != TO_THE_MACHINE and self._data(frame)
                if found:
                    key = (self._sockets[plug], *found)
                    moment = time.time()
                    self.spans[key] = (self.spans.get(key, (moment,))[0], moment)

    def _data(self, frame):
        """(own port, other address) of a TCP packet of the peers' protocol that carries something, else None."""
        if len(frame) < 54 or frame[12:14] != b"\x08\x00" or frame[23] != 6 or frame[30:34] not in self.addresses:
            return None
        header = (frame[14] & 15) * 4
        begin = 14 + header
        own, other = struct.unpack("!HH", frame[begin:begin + 4])
        length = struct.unpack("!H", frame[16:18])[0] - header - (frame[begin + 12] >> 4) * 4
        return (own, frame[30:34]) if P2P_PORT in (own, other) and length > 0 else None

    def last(self, machine, before):
        """When a machine last said something on a connection that it had before a moment; 0 if it never did."""
        return max((last for (name, *_), (first, last) in self.spans.items() if name == machine and first < before), default=0)

    def close(self):
        """Ends listening."""
        self._stop.set()
        self._thread.join()
        for plug in self._sockets:
            plug.close()
