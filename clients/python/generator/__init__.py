"""Writes the generated part of the client, from the declarations that the gateway answers by."""
