// The far side of the benchmarks: the API's answers about one running sandbox, over HTTP and over
// HTTPS, each behind a port that holds every byte back by half a round trip. Started by run.mjs, which
// it tells its ports. Lives as long as its standard input.
//
// usage: node api.mjs KEY CERTIFICATE SSH_PORT SSH_KEY ROUND_TRIP_MS
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';

const [key, certificate, sshPort, sshKey, roundTrip] = process.argv.slice(2);
const half = Number(roundTrip) / 2;
const id = '11111111-2222-4333-8444-555555555555';
const job = {
  request_id: id,
  name: 'bench',
  workspace_id: 'bench',
  status: 'running',
  vm_id: 'vm-bench',
  created_at: '2026-01-01T00:00:00Z',
};
const jobs = { jobs: [job], total: 1, page: 1, page_size: 50 };
for (let i = 1; i < 50; i++) {
  jobs.jobs.push({ ...job, request_id: id.replace(/..$/, String(10 + i)), name: `job-${i}` });
}
let delayedSsh = 0;

function answer(request, response) {
  request.resume();
  request.on('end', () => {
    const path = new URL(request.url, 'http://x').pathname.replace('/api/v1/mags-jobs', '');
    let body;
    if (path === '') body = jobs;
    else if (path.endsWith('/status')) body = job;
    else if (path.endsWith('/logs')) body = { logs: [{ timestamp: job.created_at, level: 'info', message: 'hello' }] };
    else if (path.endsWith('/access')) {
      body = {
        success: true,
        ssh_host: '127.0.0.1',
        ssh_port: delayedSsh,
        ssh_private_key: fs.readFileSync(sshKey, 'utf8'),
      };
    }
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'no such path' }));
  });
}

// A new connection costs a round trip before its first byte counts, as a TCP handshake does. Without a
// delay there is no proxy, so that it bounds no throughput.
function delayed(port) {
  if (half === 0) return port;
  return listen(
    // Each direction ends by itself: what is still held back must arrive after the other's end.
    net.createServer({ noDelay: true, allowHalfOpen: true }, (near) => {
      const far = net.connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
      hold(near, far, 2 * half);
      hold(far, near, 0);
    }),
  );
}

// Passes on what comes from one side half a round trip later, in the order in which it came: timers of
// their own for the parts would not keep it. Reads no further while much is held.
function hold(from, to, extra) {
  const opened = performance.now() + extra;
  const held = [];
  let bytesHeld = 0;
  let timer = null;
  const pass = () => {
    timer = null;
    while (held.length > 0 && held[0].due <= performance.now()) {
      const { bytes } = held.shift();
      if (bytes === null) {
        to.end();
      } else {
        bytesHeld -= bytes.length;
        if (to.writable) to.write(bytes);
      }
    }
    if (bytesHeld < 4 << 20) from.resume();
    if (held.length > 0) timer = setTimeout(pass, Math.max(1, Math.ceil(held[0].due - performance.now())));
  };
  const keep = (bytes) => {
    held.push({ bytes, due: Math.max(performance.now(), opened) + half });
    timer ??= setTimeout(pass, Math.ceil(held[0].due - performance.now()));
  };
  from.on('data', (bytes) => {
    bytesHeld += bytes.length;
    if (bytesHeld >= 4 << 20) from.pause();
    keep(bytes);
  });
  from.on('end', () => keep(null));
  from.on('error', () => to.destroy());
}

function listen(server) {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)));
}

delayedSsh = await delayed(Number(sshPort));
const plain = await delayed(await listen(http.createServer(answer)));
const tls = { key: fs.readFileSync(key), cert: fs.readFileSync(certificate) };
const secure = await delayed(await listen(https.createServer(tls, answer)));
console.log(JSON.stringify({ http: plain, https: secure }));
process.stdin.resume();
process.stdin.on('end', () => process.exit());
