"""
A small honest twin of the original system: Django and Django REST Framework under four gunicorn workers, with what its
chapters show of it. Tables, data and answers are those of SynergyOS, as far as the original had them. Nothing of
SynergyOS is imported here, nothing of it there; it is installed and run by the benchmark alone.
"""
