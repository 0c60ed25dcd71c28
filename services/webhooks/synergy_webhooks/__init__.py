"""SynergyOS webhooks: subscriptions, the deliveries that follow from stored events, and the program that sends them."""

__version__ = "0.1.0"
