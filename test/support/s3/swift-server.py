"""
OpenStack Swift with its S3 door, whole in one process on loopback: an S3 server that was not written here.

Accounts and containers are SQLite files below the folder that is the argument; objects are in memory (Swift's own
`mem_object`), so that the folder needs no extended attributes. Ports are the system's. Prints one line of JSON with
the endpoint, and serves until its standard input ends. User `test:tester`, key `testing`.
"""
import eventlet

# Before all that opens sockets.
eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True)

import json
import os
import sys

from eventlet import wsgi
from swift.common import utils
from swift.common.ring import RingBuilder
from swift.common.wsgi import SwiftHttpProtocol, loadapp

root = os.path.abspath(sys.argv[1])
conf_dir = os.path.join(root, "etc")
devices = os.path.join(root, "devices")
os.makedirs(os.path.join(devices, "disk"))
os.makedirs(conf_dir)

kinds = ["account", "container", "object"]
sockets = {kind: eventlet.listen(("127.0.0.1", 0)) for kind in ["proxy"] + kinds}
ports = {kind: socket.getsockname()[1] for kind, socket in sockets.items()}


def write(name, text):
    with open(os.path.join(conf_dir, name), "w") as file:
        file.write(text)


write(
    "swift.conf",
    """[swift-hash]
swift_hash_path_suffix = made-up-for-tests
[storage-policy:0]
name = only
default = yes
""",
)
shared = f"""[DEFAULT]
swift_dir = {conf_dir}
devices = {devices}
mount_check = false
bind_ip = 127.0.0.1
log_level = ERROR
user = {os.environ.get('USER', 'root')}
fallocate_reserve = 0
disable_fallocate = true
"""
for kind in kinds:
    app = "mem_object" if kind == "object" else kind
    write(
        f"{kind}.conf",
        shared + f"bind_port = {ports[kind]}\n[pipeline:main]\npipeline = main-app\n[app:main-app]\nuse = egg:swift#{app}\n",
    )
write(
    "proxy.conf",
    shared
    + f"""bind_port = {ports['proxy']}
[pipeline:main]
pipeline = catch_errors proxy-logging cache listing_formats bulk s3api tempauth slo dlo symlink versioned_writes proxy-logging proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:proxy-logging]
use = egg:swift#proxy_logging
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
s3_acl = false
force_swift_request_proxy_log = false
max_upload_part_num = 10000
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:symlink]
use = egg:swift#symlink
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_object_versioning = true
""",
)
utils.set_swift_dir(conf_dir)
for kind in kinds:
    builder = RingBuilder(4, 1, 0)
    builder.add_dev(
        {"id": 0, "region": 1, "zone": 1, "weight": 1.0, "ip": "127.0.0.1", "port": ports[kind], "device": "disk"}
    )
    builder.rebalance()
    builder.get_ring().save(os.path.join(conf_dir, f"{kind}.ring.gz"))

silent = open(os.devnull, "w")
for kind in kinds + ["proxy"]:
    app = loadapp(os.path.join(conf_dir, f"{kind}.conf"))
    eventlet.spawn(
        wsgi.server, sockets[kind], app, log=silent, log_output=False, debug=False, protocol=SwiftHttpProtocol
    )

print(json.dumps({"endpoint": f"http://127.0.0.1:{ports['proxy']}"}), flush=True)
eventlet.tpool.execute(sys.stdin.buffer.read)
