"""A real corosync and Pacemaker cluster on the lab's machines, its events, and the switch that fences for real."""
