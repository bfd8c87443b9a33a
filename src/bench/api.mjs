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

// A new connection costs a round trip before its first byte counts, as a TCP handshake does.
function delayed(port) {
  return listen(
    net.createServer({ noDelay: true }, (near) => {
      const far = net.connect({ port, host: '127.0.0.1', noDelay: true });
      pipe(near, far, 2 * half);
      pipe(far, near, 0);
    }),
  );
}

function pipe(from, to, extra) {
  const ready = performance.now() + extra;
  const later = (what) => {
    const wait = Math.max(half, ready + half - performance.now());
    if (half === 0) what();
    else setTimeout(what, wait);
  };
  from.on('data', (bytes) => later(() => to.writable && to.write(bytes)));
  from.on('end', () => later(() => to.end()));
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
