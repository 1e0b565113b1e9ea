# Sourced by run and size: a throw-away PostgreSQL at $server, in $home, that ends with the script; $pids end with it.
# PostgreSQL refuses to run as root.
as_server=()
if [ "$(id -u)" = 0 ]; then as_server=(runuser -u postgres --); fi
programs=$(dirname "$(command -v initdb || printf '%s\n' /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)")
psql=$(command -v psql || printf '%s\n' "$programs/psql")
home=$(mktemp -d)
pids=()
finish() {
	for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
	wait 2>/dev/null || true
	if [ -d "$home/data" ]; then "${as_server[@]}" "$programs/pg_ctl" stop -s -m immediate -D "$home/data" || true; fi
	rm -rf "$home"
}
trap finish EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

if [ "$(id -u)" = 0 ]; then chown postgres "$home"; fi
port=$(free_port)
(cd "$home" && "${as_server[@]}" "$programs/initdb" -D "$home/data" -U postgres -E UTF8 --locale=C.UTF-8 -A trust --no-sync >/dev/null)
# What is flushed to disk is the disk's speed, not ours.
settings=(listen_addresses=127.0.0.1 port="$port" unix_socket_directories="$home" fsync=off shared_buffers="${buffers:-256MB}"
	max_connections=200 autovacuum=off shared_preload_libraries=pg_stat_statements)
(cd "$home" && "${as_server[@]}" "$programs/pg_ctl" start -w -s -D "$home/data" -l "$home/log" -o "$(printf -- '-c %s ' "${settings[@]}")")
server=postgres://postgres@127.0.0.1:$port
