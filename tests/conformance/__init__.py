"""The running system held against its own OpenAPI document, by schemathesis: `make schemathesis`."""
