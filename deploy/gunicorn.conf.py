"""How gunicorn serves the site. Chosen by measurement: docs/figures.md, `make bench`."""

wsgi_app = "wsgi:app"
workers = 2
worker_class = "gthread"
threads = 4
preload_app = True
"""Read once and shared by the workers: half the start, less memory. No connection is open before the fork."""
backlog = 512
timeout = 30
graceful_timeout = 20
"""What is under way ends within this. With the start after it, nginx still waits for who calls meanwhile (60 s)."""
loglevel = "warning"
control_socket_disable = True
