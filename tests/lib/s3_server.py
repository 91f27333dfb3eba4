"""moto's server, which answers one request at a time.

S3 decides at once whether a file is there already (If-None-Match). moto looks and then writes, so
with several threads two writers can both be told that they were first.
"""

import os
import sys

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

if __name__ == "__main__":
    os.environ["MOTO_PORT"] = sys.argv[1]
    run_simple("127.0.0.1", int(sys.argv[1]), DomainDispatcherApplication(create_backend_app))
