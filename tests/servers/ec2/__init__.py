# SPDX-License-Identifier: LGPL-2.1-or-later
"""An EC2 that behaves as the real one where moto does not, and the metadata service beside it."""
