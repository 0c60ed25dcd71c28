# One recipe for every image: docker build --file infra/service.Dockerfile --build-arg SERVICE=projects .
# SERVICE is auth, projects, webhooks, gateway or operator: a name in requirements/, whose .in file lists our own packages
# and whose .lock lists everything else with its hashes. No index address stands here: pip's own configuration applies.
ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
ARG SERVICE
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/synergy && python -m venv /opt/build
COPY requirements/build.lock /src/requirements/
RUN /opt/build/bin/pip install --only-binary :all: --no-deps --require-hashes --requirement /src/requirements/build.lock
COPY requirements/${SERVICE}.lock requirements/${SERVICE}.in /src/requirements/
# Wheels only: no compiler is needed, and none is there.
RUN /opt/build/bin/pip --python /opt/synergy/bin/python install --only-binary :all: --no-compile \
        --no-deps --require-hashes --requirement /src/requirements/${SERVICE}.lock
WORKDIR /src
COPY libs libs
COPY services services
COPY infra/operator infra/operator
COPY clients clients
RUN /opt/build/bin/pip wheel --no-deps --no-build-isolation --wheel-dir /wheels $(grep '^\./' requirements/${SERVICE}.in) \
 && /opt/build/bin/pip --python /opt/synergy/bin/python install --no-deps --no-index --no-compile /wheels/*.whl \
 && python -m compileall -q /opt/synergy/lib

FROM ${PYTHON_IMAGE}
ARG SERVICE
COPY --from=build /opt/synergy /opt/synergy
COPY infra/compose/healthy.py /opt/synergy/healthy.py
# The image proves itself: its program starts with the dependencies of its own lock alone.
ENV PATH=/opt/synergy/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN groupadd --gid 10001 synergy \
 && useradd --uid 10001 --gid synergy --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin synergy \
 && install --directory --owner synergy --group synergy /var/lib/synergy/seals \
 && python -m "synergy_${SERVICE}" --help >/dev/null
USER synergy
WORKDIR /opt/synergy
