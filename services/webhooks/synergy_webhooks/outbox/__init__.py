"""What is to be sent: the rows of deliveries, made once for each event and subscription, or sent once more."""
