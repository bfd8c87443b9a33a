// What the benchmarks run against: keys, an OpenSSH server, the API behind a delaying proxy (api.mjs), a
// local backend of the image. All of it lives in one temporary directory and ends with this process.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const here = path.dirname(fileURLToPath(import.meta.url));
export const project = path.resolve(here, '../..');
export const mags = path.join(project, 'target/mags/bin/mags');

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'mags-bench-'));
const children = [];
const atEnd = [];
process.on('exit', () => {
  for (const end of atEnd) end();
  for (const child of children) child.kill();
  fs.rmSync(work, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

export const file = (name) => path.join(work, name);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const quiet = { stdio: ['ignore', 'ignore', 'pipe'] };

export function makeKeys() {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', file('key.pem'), '-out', file('cert.pem')], quiet);
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(name)], quiet);
  }
  fs.copyFileSync(file('user.pub'), file('authorized'));
  fs.chmodSync(file('authorized'), 0o600);
  // The roots that Java ships and this one, so that both sides look through a list of usual length.
  const roots = path.join(project, 'target/mags/runtime/lib/security/cacerts');
  if (fs.existsSync(roots)) fs.copyFileSync(roots, file('roots'));
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

function answers(port) {
  return new Promise((done) => {
    const socket = net.connect(port, '127.0.0.1', () => done(true));
    socket.on('error', () => done(false));
    socket.on('connect', () => socket.destroy());
  });
}

export async function startSshd() {
  const port = await freePort();
  const lines = [`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${file('host')}`, `AuthorizedKeysFile ${file('authorized')}`,
    'PidFile none', 'PasswordAuthentication no', 'PermitRootLogin prohibit-password', 'StrictModes no', 'UsePAM no',
    'MaxStartups 100:30:200', 'Subsystem sftp internal-sftp'];
  fs.writeFileSync(file('sshd_config'), lines.join('\n') + '\n');
  if (process.getuid() === 0) fs.mkdirSync('/run/sshd', { recursive: true });
  const sshd = execFileSync('sh', ['-c', 'PATH=$PATH:/usr/sbin:/sbin command -v sshd'], { encoding: 'utf8' }).trim();
  children.push(spawn(sshd, ['-D', '-e', '-f', file('sshd_config')], { stdio: 'ignore' }));
  for (let i = 0; i < 100; i++) {
    if (await answers(port)) return port;
    await pause(50);
  }
  throw new Error('sshd does not start');
}

// Answers the ports for http and https, and stop().
export async function startApi(sshPort, roundTrip) {
  const child = spawn('node', [path.join(here, 'api.mjs'), file('key.pem'), file('cert.pem'), sshPort, file('user'), roundTrip],
    { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const ports = await new Promise((done) => child.stdout.once('data', (line) => done(JSON.parse(line))));
  return { ...ports, stop: () => child.stdin.end() };
}

// A home of its own, and what both sides need to reach the API at url.
export function environment(url, name = 'home') {
  const home = file(name);
  for (const directory of [home, `${home}/run`]) fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  return {
    PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: `${home}/run`, LC_ALL: 'C.UTF-8',
    NODE_EXTRA_CA_CERTS: file('cert.pem'), MAGS_API_URL: url, MAGS_API_TOKEN: 'bench',
    MAGS_JAVA_OPTS: `-Djavax.net.ssl.trustStore=${file('roots')} -Djavax.net.ssl.trustStorePassword=changeit`,
  };
}

// Forgets what calls have remembered; also ends what they keep in the background.
export function forget(env) {
  fs.rmSync(`${env.XDG_RUNTIME_DIR}/mags`, { recursive: true, force: true });
}

export function atTheEnd(action) {
  atEnd.push(action);
}

// A local backend of the image; answers the environment of its clients.
export function startLocal() {
  const env = environment('http://127.0.0.1:9', 'local-home');
  delete env.MAGS_API_URL;
  delete env.MAGS_API_TOKEN;
  env.MAGS_LOCAL_STATE = file('local-state');
  execFileSync(mags, ['local', 'start'], { env, stdio: 'ignore' });
  atEnd.push(() => execFileSync(mags, ['local', 'stop'], { env, stdio: 'ignore' }));
  const said = JSON.parse(execFileSync(mags, ['local', 'env', '--json'], { env, encoding: 'utf8' }));
  return { ...env, MAGS_API_URL: said.MAGS_API_URL, MAGS_API_TOKEN: said.MAGS_API_TOKEN };
}
