#!/usr/bin/env node
// Times mags against the stand-in of the original client, OpenSSH and scp: whole processes, in turns.
// Prints each row and how far it is; writes target/bench.md and target/bench.svg, and when everything
// was run (or with --write) the tables of docs/benchmarks.md between their markers and docs/benchmarks.svg.
//
// usage: src/bench/run [--quick] [--only WORD,WORD…] [--rtt 0,30,100] [--pairs 20] [--java PATH] [--write]
//
// --only runs the groups whose names contain one of the words; --quick is --pairs 3 --rtt 0,30; --java
// names the foreign Java 17 (default: one in /usr/lib/jvm). Needs Node, OpenSSH (ssh, sshd, scp,
// ssh-keygen), openssl, keytool, GNU time, and a built image (./mvnw package). Takes some 15 minutes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  atTheEnd, environment, file, forget, here, mags, makeKeys, pause, project, startApi, startLocal, startSshd,
} from './setting.mjs';
import { plot } from './plot.mjs';
import { compare } from './timing.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rtt: { type: 'string' },
    pairs: { type: 'string' },
    java: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const pairs = Number(options.pairs ?? (options.quick ? 3 : 20));
const bulkPairs = Math.min(pairs, 5);
const roundTrips = (options.rtt ?? (options.quick ? '0,30' : '0,30,100')).split(',').map(Number);
const words = options.only.split(',');
const whole = !options.quick && !options.only && !options.rtt && pairs >= 20;
const standIn = (...args) => ['node', path.join(here, 'stand-in.mjs'), ...args];
const keeper = fs.readFileSync(path.join(project, 'docs/environment.md'), 'utf8').includes('MAGS_KEEPER');
const java17 = options.java ?? findJava17();
const begun = Date.now();
const rows = [];

function findJava17() {
  const jvms = '/usr/lib/jvm';
  if (!fs.existsSync(jvms)) return null;
  const home = fs.readdirSync(jvms).map((name) => path.join(jvms, name)).find((name) => {
    const release = path.join(name, 'release');
    return fs.existsSync(path.join(name, 'bin/java')) && fs.existsSync(release) && /^JAVA_VERSION="17\./m.test(fs.readFileSync(release, 'utf8'));
  });
  return home ? path.join(home, 'bin/java') : null;
}

// Each group is one comparison: ours in one or more ways, and what they are measured against.
const groups = [];
const group = (name, target, facts, make) => {
  if (words.some((word) => name.includes(word))) groups.push({ name, target, ...facts, make });
};

// Four ways to make the same call. A first call knows nothing of earlier ones.
function ways(args, env, extra) {
  const direct = { ...env, MAGS_KEEPER: 'off' };
  const first = { ...direct, XDG_RUNTIME_DIR: `${env.HOME}/first` };
  fs.mkdirSync(first.XDG_RUNTIME_DIR, { recursive: true, mode: 0o700 });
  const argv = [mags, ...args];
  const made = { first: { argv, env: first, before: () => forget(first) } };
  if (keeper || extra.remembers) made.later = { argv, env };
  if (keeper && extra.remembers) made['later, no keeper'] = { argv, env: direct };
  if (extra.foreign && java17) made['first, Java 17'] = { argv, env: { ...first, MAGS_JAVA: java17 }, before: () => forget(first) };
  return made;
}

function planLocal() {
  const env = environment('http://127.0.0.1:9');
  const calls = [['--version', ['--version'], 0], ['--help', ['--help'], 0], ['usage error', ['list', '--nonsense'], 2]];
  for (const [name, args, ends] of calls) {
    group(name, ['0.5'], { pairs }, () => {
      const ours = { '': { argv: [mags, ...args], env, ends } };
      if (java17) ours['Java 17'] = { argv: [mags, ...args], env: { ...env, MAGS_JAVA: java17 }, ends };
      return [ours, { argv: standIn(name === '--version' ? name : '--help'), env }];
    });
  }
}

function planApi(api, scheme, roundTrip) {
  const env = environment(`${scheme}://localhost:${api[scheme]}`);
  const foreign = roundTrip === 0 && scheme === 'https';
  const calls = [['list', ['list'], false], ['status', ['status', 'bench'], false], ['logs', ['logs', 'bench'], false],
    ['exec', ['exec', 'bench', 'true'], true]];
  for (const [name, args, remembers] of calls) {
    group(name, remembers ? ['0.8', roundTrip < 100 ? '0.3' : '0.15'] : ['1.5', '0.6'], { pairs, scheme, roundTrip },
      () => [ways(args, env, { remembers, foreign }), { argv: standIn(...args), env }]);
  }
}

function planBulk(api, sshPort) {
  const env = environment(`https://localhost:${api.https}`);
  const ssh = ['-i', file('user'), ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'].flatMap((one) => ['-o', one])];
  const there = `${os.userInfo().username}@127.0.0.1`;
  const gib = 2 ** 30;
  fs.writeFileSync(file('gib'), '');
  fs.truncateSync(file('gib'), gib);
  for (const [name, command, input] of [['1 GiB up', 'cat >/dev/null', file('gib')], ['1 GiB down', `head -c ${gib} /dev/zero`, undefined]]) {
    group(name, ['1.1'], { pairs: bulkPairs, against: '`ssh`' }, () => [
      { '': { argv: [mags, 'exec', 'bench', command], env, input } },
      { argv: ['ssh', '-p', sshPort, ...ssh, there, command], env, input },
    ]);
  }
}

function planLocalBackend(sshPort) {
  let local;
  const started = () => (local ??= startLocal());
  group('run true', ['0.4'], { pairs, against: 'stand-in, local backend' }, () => [
    { '': { argv: [mags, 'run', 'true'], env: started() } }, { argv: standIn('run', 'true'), env: started() }]);
  group('1,000 files up', ['1.0'], { pairs: Math.min(pairs, 3), against: '`scp -r`' }, () => {
    const names = Array.from({ length: 1000 }, (_, i) => `file-${i}`);
    fs.mkdirSync(file('files'));
    for (const name of names) fs.writeFileSync(path.join(file('files'), name), name.repeat(100));
    const scp = ['-i', file('user'), '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'LogLevel=ERROR'];
    return [
      { '': { argv: [mags, 'run', ...names.flatMap((name) => ['-f', name]), 'true'], env: started(), cwd: file('files') } },
      {
        argv: ['scp', '-q', '-r', '-P', sshPort, ...scp, file('files'), `${os.userInfo().username}@127.0.0.1:${file('copied')}`],
        env: started(), before: () => fs.rmSync(file('copied'), { recursive: true, force: true }),
      },
    ];
  });
}

// What a foreign Java needs in order to be quick, made in the background by its first start.
async function warmJava17() {
  if (!java17) return console.log('SKIPPED: the rows of Java 17, as there is none in /usr/lib/jvm');
  const env = { ...environment('http://127.0.0.1:9'), MAGS_JAVA: java17 };
  try {
    execFileSync(mags, ['list', '--nonsense'], { env, stdio: 'ignore' });
  } catch {
    // It is a usage error.
  }
  const archives = path.join(env.HOME, '.cache/mags/classes');
  for (let i = 0; i < 300; i++) {
    if (fs.existsSync(path.join(project, 'target/mags/lib/mags.jsa.for')) && i > 20 && !fs.existsSync(archives)) return;
    if (fs.existsSync(archives) && fs.readdirSync(archives).some((name) => name.endsWith('.for'))) return;
    await pause(100);
  }
}

const head = '| call | API | round trip, ms | wall, ms | against, ms | × | aim, × | CPU, ms | peak, MB |\n|---|---|---|---|---|---|---|---|---|\n';

// The ratio that is aimed at; for a foreign Java twice the wall of the image's own.
function aim([first, later], way) {
  if (way.includes('Java 17')) return '2 × own';
  return `≤ ${way.startsWith('later') && later ? later : first}`;
}

function measure(step, steps) {
  const [ours, theirs] = step.make();
  const names = Object.keys(ours);
  compare(Object.values(ours), theirs, step.pairs).forEach((got, i) => {
    rows.push({ ...step, way: names[i], ...got });
    const call = [step.name, names[i]].filter(Boolean).join(', ');
    const against = `${got.other.toFixed(0)}${step.against ? ` (${step.against})` : ''}`;
    rows.at(-1).line = `| \`${call}\` | ${step.scheme ?? '–'} | ${step.roundTrip ?? '–'} | ${got.wall.toFixed(0)} | ${against} | ${got.ratio.toFixed(2)} | ${aim(step.target, names[i])} | ${got.cpu.toFixed(0)} | ${got.peak.toFixed(0)} |`;
    console.log(rows.at(-1).line);
  });
  const seconds = Math.round((Date.now() - begun) / 1000);
  console.log(`  ${steps}, ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
}

function measureAll(title) {
  const steps = groups.splice(0);
  steps.forEach((step, i) => measure(step, `${title}: ${i + 1} of ${steps.length}`));
}

function lines() {
  const kinds = [['exec', 'first', 1], ['exec', 'later', 2], ['list', 'first', 3], ['list', 'later', 4]];
  const of = (name, way) => rows.filter((row) => row.name === name && row.way === way && row.scheme === 'https');
  const drawn = kinds.map(([name, way, colour]) => ({
    name: `${name}, ${way === 'first' ? 'first call' : 'later calls'}`, colour, points: of(name, way).map((row) => ({ x: row.roundTrip, y: row.wall })),
  }));
  for (const [name, colour] of [['exec', 1], ['list', 3]]) {
    drawn.push({ name: `${name}, stand-in of the original`, colour, dashed: true, points: of(name, 'first').map((row) => ({ x: row.roundTrip, y: row.other })) });
  }
  return drawn.filter((line) => line.points.length > 1);
}

function report() {
  const day = new Date().toISOString().slice(0, 10);
  const load = os.loadavg()[0].toFixed(1);
  const machine = `${day}, ${os.cpus().length} × ${os.cpus()[0].model}, load ${load} at the end, ${pairs} turns (${bulkPairs} of 1 GiB, ${Math.min(pairs, 3)} of 1,000 files), Node ${process.version}.`;
  const text = `${machine}\n\n${head}${rows.map((row) => row.line + '\n').join('')}`;
  fs.writeFileSync(path.join(project, 'target/bench.md'), text);
  const drawn = lines();
  const svg = drawn.length > 0 ? plot(`mags over https, medians of ${pairs}, load ${load}`, drawn) : null;
  if (svg) fs.writeFileSync(path.join(project, 'target/bench.svg'), svg);
  console.log(`\n${machine}\nwritten: target/bench.md${svg ? ', target/bench.svg' : ''}`);
  if (whole || options.write) {
    const page = path.join(project, 'docs/benchmarks.md');
    const old = fs.readFileSync(page, 'utf8');
    const [begin, end] = ['<!-- written by src/bench/run -->', '<!-- end -->'];
    const at = old.indexOf(begin) + begin.length;
    fs.writeFileSync(page, `${old.slice(0, at)}\n${text}${old.slice(old.indexOf(end, at))}`);
    if (svg) fs.writeFileSync(path.join(project, 'docs/benchmarks.svg'), svg);
    console.log('written: docs/benchmarks.md, docs/benchmarks.svg');
  }
}

makeKeys();
const sshPort = await startSshd();
await warmJava17();
planLocal();
measureAll('no API');
for (const roundTrip of roundTrips) {
  const api = await startApi(sshPort, roundTrip);
  for (const scheme of ['http', 'https']) planApi(api, scheme, roundTrip);
  if (roundTrip === 0) planBulk(api, sshPort);
  measureAll(`round trip ${roundTrip} ms`);
  api.stop();
}
planLocalBackend(sshPort);
measureAll('local backend');
report();
if (keeper) atTheEnd(() => execFileSync(mags, ['logout'], { env: environment('http://127.0.0.1:9'), stdio: 'ignore' }));
process.exit();
