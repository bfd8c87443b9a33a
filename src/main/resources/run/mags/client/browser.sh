# Starts a headless Chromium and stays as long as it runs. A line before this text sets relay: with
# "yes" the DevTools port is offered on all interfaces, as port 9222.
#
# Chromium listens on 127.0.0.1 only, and answers only those who call it localhost. Where requests
# come from outside of the machine, under a public name, nginx stands in front of it.
PATH="$HOME/bin:$PATH"
profile="$HOME/.mags-browser"

need() { # PROGRAM: installs it where it is missing and can be had
  command -v "$1" >/dev/null 2>&1 && return
  command -v apk >/dev/null 2>&1 && apk add --no-cache "$1" && return
  echo "no $1 is installed in this sandbox" >&2
  exit 127
}

chrome=
for name in chromium chromium-browser google-chrome chrome; do
  if command -v "$name" >/dev/null 2>&1; then
    chrome=$name
    break
  fi
done
if [ -z "$chrome" ]; then
  need chromium
  chrome=chromium
fi

port=0
if [ "$relay" = yes ]; then
  port=9223
  need nginx
  cat >"$HOME/.mags-browser.conf" <<'END'
pid /tmp/mags-browser.pid;
error_log stderr;
events {}
http {
  access_log off;
  map $http_upgrade $wanted { '' close; default upgrade; }
  server {
    listen 9222;
    location / {
      proxy_pass http://127.0.0.1:9223;
      proxy_http_version 1.1;
      proxy_set_header Host localhost;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $wanted;
      proxy_buffering off;
      proxy_read_timeout 1d;
      proxy_send_timeout 1d;
    }
  }
}
END
  nginx -c "$HOME/.mags-browser.conf" || exit
fi

# What a browser that was killed has left: it would take its profile for used by another.
rm -f "$profile"/Singleton*
exec "$chrome" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage \
  --remote-debugging-port="$port" --remote-allow-origins='*' --user-data-dir="$profile" about:blank
