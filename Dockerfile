# One image for the API, the worker, the jobs and the sandbox acquirer: the command says which.
FROM python:3.11.15-slim-trixie

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore

RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin kopeyka \
    && install --directory --owner kopeyka --mode 0700 /data

WORKDIR /app

# The packages first: they change less often than the code, and their layer is kept.
COPY requirements/runtime.txt requirements/runtime.txt
RUN pip install --require-hashes --requirement requirements/runtime.txt

COPY environment.py settings.py worker.py ./
COPY activities activities
COPY db db
COPY domain domain
COPY gateways gateways
COPY sandbox sandbox
COPY starter starter
COPY texts texts
COPY workflows workflows
COPY docker/bot_health.py docker/mail_in_health.py docker/worker_health.py docker/

USER kopeyka

CMD ["python", "-m", "starter", "--help"]
