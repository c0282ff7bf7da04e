# The page alone; ComfyUI runs elsewhere (COMFYUI_URL), or the built-in demo engine stands in.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1

WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt

COPY LICENSE app.py stepglass.py ./
COPY comfy comfy
COPY storage storage
COPY studio studio
COPY ui ui
COPY web web
# The user below may not write here, so that it would be compiled anew at each start.
RUN python -m compileall -q stepglass.py comfy storage studio ui web

RUN useradd --create-home --uid 1000 stepglass && install -d -o stepglass /data
USER stepglass
VOLUME /data

# Inside a container the network is the container's own: what may reach it, `docker run -p` decides.
ENV STEPGLASS_HOST=0.0.0.0 \
    STEPGLASS_PORT=7860 \
    STEPGLASS_DATA_FOLDER=/data
EXPOSE 7860
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['STEPGLASS_PORT'] + '/healthz', timeout=4)"]

# Exec form: the signal reaches Python itself. Flags after the image's name are passed on.
ENTRYPOINT ["python", "app.py"]
