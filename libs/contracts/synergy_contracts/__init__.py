"""What crosses a wire between the services: commands, views, events, envelopes and refusals."""
