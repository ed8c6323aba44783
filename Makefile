# SPDX-License-Identifier: GPL-3.0-or-later
# The entry points; each is a thin wrapper that says nothing twice. `make demo`, `make tour` and `make check` need root.
PORT ?= 8443
MINUTES ?= 20
SEED ?=
ADDRESS ?= *
PUPILS ?= 48
BENCH ?=
DESKTOPS ?=

.PHONY: all build demo tour check check-hosts check-desktops soak bench bench-latency bench-log-off deb format clean clean-hosts

all: build

build:
	@tools/bootstrap
	@tools/build build

demo: build
	@tools/room --build build --port $(PORT) --address '$(ADDRESS)' -- tools/demo

tour: build
	@tools/room --build build --alone -- node tests/system/tour.mjs

check:
	@tools/bootstrap
	@tools/check

check-hosts:
	@tools/bootstrap
	@tools/check hosts

# Not part of check: its tree has four desktops, and is made for it alone.
check-desktops: build
	@tools/host --build build --packages tests/hosts/desktops-packages --set log-off.ask=25 -- \
	    env DESKTOPS='$(DESKTOPS)' node tests/lib/story.mjs tests/hosts/desktops-story.mjs

# Its last result is kept in tests/soak/RESULT.md.
soak: build
	@tools/room --build build --alone --port 0 --set log-off.ask=8 --set log-off.grace=4 --set log-off.stop=4 --set log-off.kill=4 -- \
	    node tests/soak/soak.mjs --minutes $(MINUTES) --seed '$(SEED)' --result tests/soak/RESULT.md

# bench: what it costs to look at desktops; bench-latency: how soon a change is seen.
bench bench-latency: build
	@ninja -C build bench/floor bench/page bench/rfb-read bench/see > /dev/null
	@tools/host --build build --packages bench/packages --pupils $(PUPILS) --set sessions.width=1920 --set sessions.height=1080 \
		-- node bench/$(if $(filter bench,$@),watch,latency).mjs $(BENCH)

# How long a room full of desktops takes to end, in a room and on a host.
bench-log-off: build
	@bench/log-off.sh $(BENCH)

deb:
	@echo "make $@: not yet" >&2; exit 2

format:
	@git ls-files -z -- 'src/*.[ch]' 'tests/*.[ch]' | xargs -0 clang-format -i

clean:
	rm -rf build build-check build-clang web/dist

clean-hosts:
	@tools/host-tree --clean
