# What is done with this project, each under one name. `make run` to try it, `make test` before a change lands.

.PHONY: run test build playground lint schema bench bench-size fmt clean

PLAYGROUND := playground/dist/index.html
PLAYGROUND_SOURCES := $(shell find playground -type f -not -path 'playground/node_modules/*' -not -path 'playground/dist/*')
MODULES := playground/node_modules/.package-lock.json
HAS_MAIL_SERVER := $(shell { /usr/bin/python3 -c 'import aiosmtpd' || python3 -c 'import aiosmtpd'; } 2>/dev/null && echo yes)
HAS_POSTGRESQL := $(or $(TEST_DATABASE_URL),$(shell command -v initdb 2>/dev/null),$(wildcard /usr/lib/postgresql/*/bin/initdb))

# The unoptimised build: on two cores it is there in minutes, an optimised one takes three times as long, and for one
# person trying things out nobody can tell them apart. A DATABASE_URL of some other project is not meant here.
run: playground
	env -u DATABASE_URL cargo run -- serve --demo

playground: $(PLAYGROUND)

$(PLAYGROUND): $(MODULES) $(PLAYGROUND_SOURCES)
	cd playground && npm run build
	@touch $@

$(MODULES): playground/package.json playground/package-lock.json
	cd playground && npm ci --no-audit --no-fund
	@touch $@

# Every test, on SQLite and on PostgreSQL; then the examples, against a server of their own.
test:
ifeq ($(HAS_POSTGRESQL),)
	@printf '\n*** There is no PostgreSQL here: its half of the tests is skipped. Install it, or set TEST_DATABASE_URL. ***\n\n'
	@test "$$CI" != true
endif
ifeq ($(HAS_MAIL_SERVER),)
	@printf '\n*** There is no aiosmtpd here (Debian: python3-aiosmtpd): delivering mail is not tested. ***\n\n'
	@test "$$CI" != true
endif
	@if cargo nextest --version >/dev/null 2>&1; then \
		cargo nextest run --workspace; \
	else \
		cargo test --workspace; \
	fi
	./examples/run
ifeq ($(HAS_POSTGRESQL),)
	@printf '\n*** Passed on SQLite only: there is no PostgreSQL here. ***\n\n'
endif

# The binary to ship: target/dist/concierge, the playground inside.
build: playground
	cargo build --profile dist

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps

# After a change of the API: the schema as the code has it.
schema:
	cargo run --quiet -- schema schema.graphql

# Side by side with a bare server over the same statements; see benches/README.md.
bench:
	./benches/run

# A million members against ten thousand: some minutes to fill, some GiB of disk.
bench-size:
	./benches/size

fmt:
	cargo fmt --all

clean:
	cargo clean
	rm -rf playground/dist playground/node_modules
