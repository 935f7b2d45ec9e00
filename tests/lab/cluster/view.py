"""What one node says of the cluster, from crm_mon's XML."""

import dataclasses
import xml.etree.ElementTree as ElementTree


@dataclasses.dataclass(frozen=True)
class Instance:
    """A resource on a node: role Started, Promoted, Unpromoted, Stopped (no node), Starting, …"""

    resource: str
    node: str
    role: str
    failed: bool
    managed: bool


class View:
    """One look at the cluster."""

    def __init__(self, xml):
        self.xml = xml
        root = ElementTree.fromstring(xml)
        dc = root.find("summary/current_dc")
        self.dc = dc.get("name") if dc is not None and dc.get("present") == "true" else None
        self.quorate = dc is not None and dc.get("with_quorum") == "true"
        self.nodes = {node.get("name"): node.attrib for node in root.iterfind("nodes/node")}
        self.instances = [instance for resource in root.iterfind("resources//resource")
                          for instance in instances_of(resource)]
        self.attributes = {node.get("name"): {a.get("name"): a.get("value") for a in node.iterfind("attribute")}
                           for node in root.iterfind("node_attributes/node")}
        self.failures = [failure.attrib for failure in root.iterfind("failures/failure")]

    def online(self):
        """Names of nodes that are online, clean and not pending."""
        return {name for name, node in self.nodes.items()
                if node["online"] == "true" and node["unclean"] == "false" and node["pending"] == "false"}

    def where(self, resource, role=None):
        """Names of the nodes where a resource is active, or active in a role; the role's transitions do not count."""
        return {i.node for i in self.instances
                if i.resource == resource and i.node and i.role == (role or i.role) and not i.failed}

    def promoted(self, resource):
        """Names of the nodes where it is promoted."""
        return self.where(resource, "Promoted")

    def score(self, resource, node):
        """The promotion score that a node has published, as text; None if none."""
        return self.attributes.get(node, {}).get(f"master-{resource}")


def instances_of(element):
    """Instance per node on which a resource element is active; one with no node if it is on none."""
    common = {"resource": element.get("id").partition(":")[0], "role": element.get("role"),
              "failed": element.get("failed") == "true", "managed": element.get("managed") == "true"}
    nodes = [node.get("name") for node in element.iterfind("node")]
    return [Instance(node=node, **common) for node in nodes or [""]]
