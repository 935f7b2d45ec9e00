"""crm-examples/kaia-bare-metal as an operator of this lab would edit it: names, addresses, fence device; nothing else."""

import pathlib
import re

EXAMPLE = pathlib.Path(__file__).resolve().parents[3] / "crm-examples/kaia-bare-metal"


def replace_once(pattern, replacement, text):
    """Replaces what must be there, so that an example that was changed is not tested as something else."""
    text, count = re.subn(pattern, lambda match: replacement, text)
    if not count:
        raise ValueError(f"the example holds nothing like '{pattern}'")
    return text


def for_the_network(text, net):
    """The lines that the comment "Change:" of the example names."""
    text = replace_once(r'(?<=pn=")[^"]*', " ".join(peer.url() for peer in net.proxies), text)
    text = replace_once(r'(?<=reference=")[^"]*', " ".join(f"http://{peer.address}:8551" for peer in net.proxies), text)
    return replace_once(r"(?<=address=)0x[0-9a-f]{40}", net.seat["address"], text)


def for_the_power_switch(text, rename=True):
    """The lab's switch in the place of two management boards, with the same delay for one of them; n1 and n2 for its hosts."""
    text = replace_once(r"fence_ipmilan", "fence_lab", text)
    text = replace_once(r"ip=203\.0\.113\.\d+ username=\S+ password_script=\S+ lanplus=1", "", text)
    return re.sub(r"\bcn([12])\b", r"n\1", text) if rename else text


def read(name, net, rename=True):
    """A file of the example, edited for the lab; with `rename` the hosts are n1 and n2."""
    text = (EXAMPLE / name).read_text(encoding="utf-8")
    if name.startswith("fencing"):
        return for_the_power_switch(text, rename)
    if name.endswith(".conf"):
        return replace_once(r"(?<=address=)0x[0-9a-f]{40}", net.seat["address"], text)
    return for_the_network(text, net)


def load_crm(net):
    """The crmsh form, in the order that its comments say."""
    for name in ("fencing.crm", "cluster.crm"):
        net.cluster.configure(read(name, net))


def load_pcs(net):
    """The pcs form: the scripts are run on one node."""
    for name in ("fencing.pcs.sh", "cluster.pcs.sh"):
        net.cluster.nodes[0].run("cd /root && sh -es", stdin=read(name, net))
