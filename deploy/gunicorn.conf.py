"""How gunicorn serves the site. Chosen by measurement, see docs/figures.md: `make bench`."""

wsgi_app = "wsgi:app"
workers = 2
worker_class = "sync"
backlog = 512
timeout = 30
graceful_timeout = 30
loglevel = "warning"
control_socket_disable = True
