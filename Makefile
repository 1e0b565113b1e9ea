# What is done with this project, each under one name. `make run` to try it, `make test` before a change lands.

.PHONY: run test build playground lint schema bench bench-size bench-prices fmt clean

PLAYGROUND := playground/dist/console/index.html
PLAYGROUND_SOURCES := $(shell find playground -type f -not -path 'playground/node_modules/*' -not -path 'playground/dist/*' -not -path 'playground/test-results/*')
MODULES := playground/node_modules/.package-lock.json

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

# Every test, on SQLite and on PostgreSQL; then the examples, against a server of their own. tests/setup finds what they need, or
# gets it below target/.
test:
	@chosen=$$(tests/setup) && eval "$$chosen" && \
	printf '%s\n' "$$TEST_RUNNER --workspace" && $$TEST_RUNNER --workspace && \
	printf '%s\n' ./examples/run && ./examples/run && \
	if [ -z "$$TEST_SETUP_COMPLETE" ]; then printf '\n*** Passed, but not all was tested: see what tests/setup said above. ***\n\n'; fi

# The binary to ship: target/dist/concierge, the console and the playground inside.
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

# Processor seconds of the dearest requests for what one minute's budget pays.
bench-prices:
	./benches/prices

fmt:
	cargo fmt --all

clean:
	cargo clean
	rm -rf playground/dist playground/node_modules playground/test-results
