"""The HA pair of crm-examples/kaia-bare-metal: its configuration, the machines that have it, and what a scenario asks of them."""
