# SynergyOS. `make help` lists what can be done.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv/bin
# What is compiled once need not be again at each start of a program.
unexport PYTHONDONTWRITEBYTECODE
# Three at a time, for tests mostly wait; a file to a worker (tests/conftest.py), and each worker has servers of its own. PARALLEL= runs one after the other.
PARALLEL ?= -n 3 --dist loadfile --no-loadscope-reorder
# In `make check test` the tests tell the check's coverage by the way, so that none of them runs twice.
TOGETHER := $(and $(filter check,$(MAKECMDGOALS)),$(filter test,$(MAKECMDGOALS)))
LOCAL := $(VENV)/python -m synergy_local
# For an interrupted set-up too: `synergy_local.ending` with any Python that will do; $(2) where there is none.
bare = for python in $(VENV)/python $(PYTHON); do \
	if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	PYTHONPATH=infra/local exec "$$python" -B -m synergy_local.ending $(1); fi; done; $(2)
SET_UP = { [ -f .venv/synergy-set-up ] || { echo "SynergyOS is not set up here: \`make run\` does that and starts it." >&2; exit 1; }; }
.DEFAULT_GOAL := help
.PHONY: client schemathesis help run stop status logs clean demo setup servers test unit integration contract system check lint types architecture coverage lock load up down ps compose-test chaos bench bench-quick bench-store bench-auth bench-webhooks bench-streams kill-webhooks verifiers properties ordering

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Use it
run: export SET_UP_FOR = run
run: setup ## Start everything, play the demo journey, serve until Ctrl-C (PORT=8000 moves the door)
	@exec $(LOCAL) run

stop: ## Stop what `make run` started
	@$(call bare,stop,echo "Nothing was stopped: there is no Python 3.11 here. Name one with PYTHON=…" >&2; exit 1)

status: ## What is running
	@$(SET_UP) && exec $(LOCAL) status

logs: ## Follow the logs of every part (Ctrl-C leaves them running)
	@$(SET_UP) && exec $(LOCAL) logs

clean: ## Stop, and delete the data and the set-up of this folder
	@($(call bare,clean,true))
	@rm -rf .schemathesis .venv .venv-load .venv-schemathesis .venv-bench .venv-bench-original .synergy .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

demo: setup ## Make the demo user and its projects, or what is missing of them, at HOST (make run has made them)
	@exec $(LOCAL) demo "$(or $(HOST),http://127.0.0.1:$(or $(PORT),8000))"

##@ Containers
up: ## Build and start everything in Docker (SCALE="projects=3 sender=4 gateway=2")
	@$(PYTHON) infra/compose/prepare.py
	@sh infra/compose/compose.sh up -d --build --remove-orphans $(foreach part,$(SCALE),--scale $(part))

down: ## Stop the containers; their data stays (ARGS=--volumes deletes it)
	@sh infra/compose/compose.sh down $(ARGS)

ps: ## What runs in Docker, and how it is
	@sh infra/compose/compose.sh ps

compose-test: setup ## Everything in Docker with replicas, tested, and taken down again (some minutes)
	@sh infra/compose/test.sh

##@ Work on it
setup: ## Make .venv and install the locked dependencies (done by the other verbs when needed)
	@$(if $(filter-out file,$(origin PYTHON)),PYTHON_NAMED=1 )$(PYTHON) infra/bootstrap.py

servers: setup ## Bring PostgreSQL, RabbitMQ and Redis where they are missing, without starting any (done by the other verbs)
	@$(LOCAL) install

test: servers ## Every test, on private servers of its own
	@exec $(if $(TOGETHER),env COVERED="$(COVERED)" $(COVERING),$(VENV)/python -m pytest $(PARALLEL))

unit: setup ## Pure tests, in seconds
	@exec $(VENV)/python -m pytest tests/unit

integration: servers ## One part at a time, real servers
	@exec $(VENV)/python -m pytest tests/integration

contract: setup ## Names and shapes that other programs rely on
	@exec $(VENV)/python -m pytest tests/contract

system: servers ## All parts together, through HTTP
	@exec $(VENV)/python -m pytest tests/system

check: setup lint types architecture $(if $(TOGETHER),,coverage) ## Lint, types, architecture, coverage of domain and chassis

lint: setup
	@$(VENV)/ruff check . && $(VENV)/ruff format --check .

types: setup
	@$(VENV)/mypy

architecture: setup
	@$(VENV)/lint-imports

# What shows each promise of domain and store, and neither what tries it thousands of times nor what runs in other processes.
COVERED := tests/unit/auth tests/unit/projects tests/unit/webhooks tests/unit/chassis --ignore=tests/unit/chassis/test_command_line.py \
	--ignore=tests/unit/chassis/store/test_memory_properties.py --ignore=tests/unit/chassis/bus/test_patching.py --ignore=tests/unit/chassis/bus/test_installations.py \
	$(foreach part,append bulk generations migrate parking rebuild reconcile restore seals several_streams subscription verify,tests/integration/chassis/store/test_$(part).py)
COVERING := $(VENV)/python -m pytest $(PARALLEL) --cov --cov-report=term
coverage: servers ## Coverage of domain and chassis by the unit tests and the store's tests on PostgreSQL
	@PROPERTIES=0.4 $(COVERING) -q $(COVERED)

ordering: servers ## What readers of a log lose, invert or stall on: the store's barrier beside two others (SECONDS=10 each, ORDERING=--json)
	@PYTHONPATH=tests exec $(VENV)/python -m ordering --seconds "$(or $(SECONDS),10)" $(ORDERING)

chaos: servers ## Kill, wipe and freeze parts under load on servers of its own, alone and in pairs (CHAOS="rabbitmq projects" narrows it)
	@PYTHONPATH=tests exec $(VENV)/python -m chaos $(CHAOS)

schemathesis: servers ## The running system against its OpenAPI document, with all checks (EXAMPLES=30 an operation and phase, ST="--include-tag tasks")
	@EXAMPLES="$(or $(EXAMPLES),30)" exec sh infra/schemathesis.sh $(ST)

client: setup ## Write the generated part of the Python client anew, from the operations (CLIENT=--check only compares)
	@cd clients/python && PYTHONPATH=. exec ../../$(VENV)/python -m generator $(CLIENT)

load: setup ## The original's Locust script against HOST (USERS=50, RAMP=10 of them a second, then TIME=60 seconds)
	@sh infra/load.sh "$(or $(HOST),http://127.0.0.1:$(or $(PORT),8000))" "$(or $(USERS),50)" "$(or $(TIME),60)" "$(or $(RAMP),10)"

properties: servers ## The property tests of history, accounts and the store on many more examples, counterexamples made small (PROPERTIES=20 times as many)
	@PROPERTIES=$(or $(PROPERTIES),20) exec $(VENV)/python -m pytest -q -o timeout=7200 tests/unit/auth/test_rotation.py tests/unit/projects/test_history.py tests/unit/projects/test_explaining.py \
	tests/unit/chassis/store/test_memory_properties.py tests/unit/chassis/store/test_canonical.py tests/integration/chassis/store/test_stateful.py tests/integration/chassis/store/test_properties.py tests/integration/chassis/store/test_rebuild_properties.py

# The page is of full runs only: what is quick, or without the twin, is shown and not kept.
KEPT := $(if $(findstring --,$(BENCH)),,--keep docs/benchmarks)
bench: servers ## Measure everything beside floors and a twin of the original, and write docs/benchmarks.md (BENCH=latency for a part)
	@sh infra/bench.sh bench.http $(BENCH) $(KEPT)
	@$(if $(BENCH),,sh infra/bench.sh bench.every)
	@$(if $(KEPT),exec $(VENV)/python -m bench.page)

bench-quick: servers ## The ratios in short rounds; exit 1 when one fell 20 % below the committed ones (QUICK=renew commits these)
	@exec sh infra/bench.sh bench.http ratios --quick $(if $(filter renew,$(QUICK)),--renew,--against) docs/benchmarks/quick.json

bench-store: servers ## What the event store costs, against floors and the eventsourcing library (BENCH="append --quick --json --check")
	@exec sh infra/bench-store.sh $(BENCH)

bench-auth: servers ## What signing in costs others, and whether answers tell anything by their time (BENCH="telling --quick --json --check")
	@exec $(VENV)/python -m bench.auth $(BENCH)

bench-webhooks: servers ## How fast webhooks are delivered, many at once, for long, and beside endpoints that never answer (BENCH="fan-out --quick --json --check")
	@exec $(VENV)/python -m bench.webhooks $(BENCH)

bench-streams: servers ## What 1,000 open streams of events cost, and how soon they hear (BENCH="--streams 200 --quick --json --check")
	@exec $(VENV)/python -m bench.streams $(BENCH)

kill-webhooks: servers ## Kill sender, services, relay and broker under a load of deliveries: nothing lost, nothing out of order (TRIALS=200; in parts: TRIALS=50 SEED=1, 2 …)
	@exec $(VENV)/python -m bench.webhooks.kills --trials "$(or $(TRIALS),200)" $(if $(SEED),--seed "$(SEED)")

verifiers: ## Install the JavaScript verifiers of webhooks, for the tests that need node (from npm, by tests/verifiers/package-lock.json)
	@cd tests/verifiers && npm ci --no-audit --no-fund

lock: setup ## Renew requirements/*.lock from the packages' own dependencies
	@sh infra/lock.sh
