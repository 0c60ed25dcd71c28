"""docs/benchmarks.md, its figures, and what is compared from day to day: out of the JSON that the measurements left."""
