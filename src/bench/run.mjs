#!/usr/bin/env node
// Times mags against the stand-in of the original client, whole processes, in interleaved pairs.
// Writes its tables to target/bench.md and one plot, wall against round trip, to target/bench.svg.
//
// usage: src/bench/run [--pairs 20] [--rtt 0,30,100] [--only TEXT] [--java PATH]
//
// Needs Node, OpenSSH (ssh, sshd, ssh-keygen), openssl, GNU time, and a built image (./mvnw package).
// --java times mags with that java instead of the image's own. Quiet machines give better figures.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20' },
    rtt: { type: 'string', default: '0,30,100' },
    only: { type: 'string', default: '' },
    java: { type: 'string' },
  },
});
const here = path.dirname(fileURLToPath(import.meta.url));
const project = path.resolve(here, '../..');
const mags = path.join(project, 'target/mags/bin/mags');
const pairs = Number(options.pairs);
const roundTrips = options.rtt.split(',').map(Number);
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'mags-bench-'));
const ended = [];
process.on('exit', () => {
  for (const child of ended) child.kill();
  fs.rmSync(work, { recursive: true, force: true });
});

const file = (name) => path.join(work, name);
const quiet = { stdio: ['ignore', 'ignore', 'pipe'] };

function makeKeys() {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', file('key.pem'), '-out', file('cert.pem')], quiet);
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)], quiet);
  }
  fs.copyFileSync(file('user.pub'), file('authorized'));
  fs.chmodSync(file('authorized'), 0o600);
  // The roots that Java ships and this one, so that both sides look through a list of usual length.
  const home = path.join(project, 'target/mags/runtime');
  const roots = fs.existsSync(home) ? path.join(home, 'lib/security/cacerts') : null;
  if (roots) fs.copyFileSync(roots, file('roots'));
  execFileSync('keytool', ['-importcert', '-noprompt', '-alias', 'bench', '-file', file('cert.pem'),
    '-keystore', file('roots'), '-storepass', 'changeit'], quiet);
}

function freePort() {
  return new Promise((done) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

async function startSshd() {
  const port = await freePort();
  const lines = [`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`, `AuthorizedKeysFile ${file('authorized')}`,
    'PidFile none', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'StrictModes no', 'UsePAM no', 'MaxStartups 100:30:200'];
  fs.writeFileSync(file('sshd_config'), lines.join('\n') + '\n');
  if (process.getuid() === 0) fs.mkdirSync('/run/sshd', { recursive: true });
  const sshd = execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin:/sbin command -v sshd'], { encoding: 'utf8' }).trim();
  ended.push(spawn(sshd, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' }));
  for (let i = 0; i < 100; i++) {
    const up = await new Promise((done) => {
      const socket = net.connect(port, '127.0.0.1', () => done(true));
      socket.on('error', () => done(false));
      socket.on('connect', () => socket.destroy());
    });
    if (up) return port;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error('sshd does not start');
}

function startApi(sshPort, roundTrip) {
  const child = spawn('node', [path.join(here, 'api.mjs'), file('key.pem'), file('cert.pem'), sshPort, file('user'), roundTrip],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  ended.push(child);
  return new Promise((done) => child.stdout.once('data', (line) => done({ ...JSON.parse(line), child })));
}

function environment(url, home) {
  const env = { PATH: process.env.PATH, HOME: home, LC_ALL: 'C.UTF-8', NODE_EXTRA_CA_CERTS: file('cert.pem') };
  env.MAGS_API_URL = url;
  env.MAGS_API_TOKEN = 'bench';
  env.MAGS_KEEPER = 'off';
  env.MAGS_JAVA_OPTS = `-Djavax.net.ssl.trustStore=${file('roots')} -Djavax.net.ssl.trustStorePassword=changeit`;
  if (options.java) env.MAGS_JAVA = options.java;
  return env;
}

function time(argv, env) {
  const begun = process.hrtime.bigint();
  const result = spawnSync('/usr/bin/time', ['-f', '%U %S %M', '-o', file('time'), ...argv], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const wall = Number(process.hrtime.bigint() - begun) / 1e6;
  if (result.status !== 0) throw new Error(`${argv.join(' ')}: ${result.status} ${result.stderr}`);
  const [user, system, peak] = fs.readFileSync(file('time'), 'utf8').trim().split('\n').pop().split(' ').map(Number);
  return { wall, cpu: (user + system) * 1000, peak: peak / 1024 };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Leaves a keeper behind (docs/keeper.md), and calls it until its code is warm.
function warm(ours, env) {
  const sockets = path.join(env.HOME, '.mags/run/keeper');
  time(ours, env);
  while (!fs.existsSync(sockets) || !fs.readdirSync(sockets).some((name) => name.endsWith('.sock'))) time(ours, env);
  for (let i = 0; i < 10; i++) time(ours, env);
}

// first: whatever the call may have remembered is removed before each run; kept: by a keeper.
function compare(call, given, first) {
  const env = { ...given, MAGS_KEEPER: call.kept ? '' : 'off' };
  const forget = () => fs.rmSync(path.join(env.HOME, '.mags/run'), { recursive: true, force: true });
  const ours = [mags, ...call.args];
  const theirs = ['node', path.join(here, 'stand-in.mjs'), ...call.args];
  time(ours, env);
  time(theirs, env);
  if (call.kept) warm(ours, env);
  const runs = [];
  for (let i = 0; i < pairs; i++) {
    if (first) forget();
    runs.push([time(ours, env), time(theirs, env)]);
  }
  const of = (side, what) => median(runs.map((pair) => pair[side][what]));
  return {
    wall: of(0, 'wall'), cpu: of(0, 'cpu'), peak: of(0, 'peak'), standIn: of(1, 'wall'),
    ratio: median(runs.map(([a, b]) => a.wall / b.wall)),
  };
}

const calls = [
  { name: '--version', args: ['--version'], local: true },
  { name: '--help', args: ['--help'], local: true },
  { name: 'list', args: ['list'] },
  { name: 'status', args: ['status', 'bench'] },
  { name: 'logs', args: ['logs', 'bench'] },
  { name: 'exec, first', args: ['exec', 'bench', 'true'], first: true },
  { name: 'exec, later', args: ['exec', 'bench', 'true'] },
  { name: 'list, kept', args: ['list'], kept: true },
  { name: 'status, kept', args: ['status', 'bench'], kept: true },
  { name: 'logs, kept', args: ['logs', 'bench'], kept: true },
  { name: 'exec, kept', args: ['exec', 'bench', 'true'], kept: true },
].filter((call) => call.name.includes(options.only));

const head = '| call | API | round trip, ms | wall, ms | stand-in, ms | × stand-in | CPU, ms | peak, MB |\n|---|---|---|---|---|---|---|---|\n';

function row(call, scheme, roundTrip, got) {
  const line = `| \`${call.name}\` | ${scheme} | ${roundTrip} | ${got.wall.toFixed(0)} | ${got.standIn.toFixed(0)} | ${got.ratio.toFixed(2)} | ${got.cpu.toFixed(0)} | ${got.peak.toFixed(0)} |`;
  console.log(line);
  return line + '\n';
}

function plot(points) {
  const names = [...new Set(points.map((point) => point.name))];
  const top = Math.max(...points.map((point) => Math.max(point.wall, point.standIn)), 1);
  const right = Math.max(...roundTrips, 1);
  const x = (roundTrip) => 60 + (roundTrip / right) * 480;
  const y = (wall) => 330 - (wall / top) * 290;
  const colours = ['#0b6e4f', '#1f77b4', '#d1495b', '#8a5fbf', '#e08e00'];
  let svg = '<svg xmlns="http://www.w3.org/2000/svg" width="760" height="380" font-family="sans-serif" font-size="12">\n';
  svg += '<rect width="760" height="380" fill="white"/><path d="M60 40V330H540" fill="none" stroke="#888"/>\n';
  svg += '<text x="230" y="365">added round trip, ms</text><text x="10" y="28">wall, ms (dashed: stand-in)</text>\n';
  for (const roundTrip of roundTrips) svg += `<text x="${x(roundTrip) - 6}" y="346">${roundTrip}</text>\n`;
  for (let i = 0; i <= 4; i++) svg += `<text x="14" y="${y((top * i) / 4) + 4}">${((top * i) / 4).toFixed(0)}</text>\n`;
  names.forEach((name, i) => {
    const own = points.filter((point) => point.name === name);
    const line = (what) => own.map((point) => `${x(point.roundTrip).toFixed(1)},${y(point[what]).toFixed(1)}`).join(' ');
    const colour = colours[i % colours.length];
    svg += `<polyline points="${line('wall')}" fill="none" stroke="${colour}" stroke-width="2"/>\n`;
    svg += `<polyline points="${line('standIn')}" fill="none" stroke="${colour}" stroke-dasharray="5 4"/>\n`;
    svg += `<text x="560" y="${60 + 20 * i}" fill="${colour}">${name}</text>\n`;
  });
  return svg + '</svg>\n';
}

makeKeys();
const sshPort = await startSshd();
const home = file('home');
fs.mkdirSync(home, { mode: 0o700 });
let table = head;
process.stdout.write(head);
const points = [];
for (const call of calls.filter((one) => one.local)) {
  table += row(call, '–', '–', compare(call, environment('http://127.0.0.1:9', home), false));
}
for (const roundTrip of roundTrips) {
  const api = await startApi(sshPort, roundTrip);
  for (const scheme of ['http', 'https']) {
    const env = environment(`${scheme}://localhost:${api[scheme]}`, home);
    for (const call of calls.filter((one) => !one.local)) {
      const got = compare(call, env, call.first ?? false);
      table += row(call, scheme, roundTrip, got);
      if (scheme === 'https') points.push({ name: call.name, roundTrip, ...got });
    }
  }
  api.child.stdin.end();
}
const machine = `${os.cpus().length} × ${os.cpus()[0].model}, load ${os.loadavg()[0].toFixed(1)} at the end, ${pairs} pairs`;
fs.writeFileSync(path.join(project, 'target/bench.md'), `${machine}\n\n${table}`);
fs.writeFileSync(path.join(project, 'target/bench.svg'), plot(points));
console.log(`\n${machine}\nwritten: target/bench.md, target/bench.svg`);
process.exit();
