"""A real Kaia network beside the cluster, the seat that the cluster holds in it, and a judge who looks from outside."""
