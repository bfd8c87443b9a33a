// A stand-in for the original client: the same calls in the same order, with nothing but Node's own
// modules, a new connection for each call, OpenSSH for commands, a look a second at a job that runs.
//
// usage: node stand-in.mjs --version | list | status NAME | logs NAME | exec NAME COMMAND | run SCRIPT
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';

const base = process.env.MAGS_API_URL;
const [command, ...rest] = process.argv.slice(2);

function call(method, path, body) {
  return new Promise((done, failed) => {
    const url = new URL('/api/v1' + path, base);
    const headers = {
      Authorization: `Bearer ${process.env.MAGS_API_TOKEN}`,
      'Content-Type': 'application/json',
    };
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      { method, headers, agent: false },
      (response) => {
        let text = '';
        response.on('data', (part) => (text += part));
        response.on('end', () => done(text ? JSON.parse(text) : {}));
      },
    );
    request.on('error', failed);
    if (body) request.write(JSON.stringify(body));
    request.end();
  });
}

async function find(name) {
  const { jobs } = await call('GET', '/mags-jobs?page=1&page_size=50');
  const job = jobs.find((one) => one.name === name);
  if (!job) throw new Error(`no job ${name}`);
  return job.request_id;
}

function ssh(access, text) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'stand-in-'));
  const file = path.join(directory, 'key');
  fs.writeFileSync(file, access.ssh_private_key, { mode: 0o600 });
  const options = ['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR'];
  const child = spawn(
    'ssh',
    ['-p', access.ssh_port, '-i', file, ...options.flatMap((one) => ['-o', one]), `root@${access.ssh_host}`, text],
    { stdio: 'inherit' },
  );
  child.on('close', (code) => {
    fs.rmSync(directory, { recursive: true });
    process.exit(code ?? 1);
  });
}

if (command === '--version') {
  console.log('stand-in v1.8.3');
} else if (command === '--help') {
  console.log('usage: stand-in COMMAND');
} else if (command === 'list') {
  for (const job of (await call('GET', '/mags-jobs?page=1&page_size=50')).jobs) {
    console.log(job.name, job.status, job.request_id);
  }
} else if (command === 'status') {
  console.log(JSON.stringify(await call('GET', `/mags-jobs/${await find(rest[0])}/status`)));
} else if (command === 'logs') {
  for (const entry of (await call('GET', `/mags-jobs/${await find(rest[0])}/logs`)).logs) {
    console.log(entry.message);
  }
} else if (command === 'exec') {
  const id = await find(rest[0]);
  await call('GET', `/mags-jobs/${id}/status`);
  ssh(await call('POST', `/mags-jobs/${id}/access`, { port: 22 }), rest[1]);
} else if (command === 'run') {
  const { request_id } = await call('POST', '/mags-jobs', { script: rest[0], type: 'inline' });
  let job;
  do {
    await new Promise((done) => setTimeout(done, 1000));
    job = await call('GET', `/mags-jobs/${request_id}/status`);
  } while (job.status !== 'completed' && job.status !== 'error');
  for (const entry of (await call('GET', `/mags-jobs/${request_id}/logs`)).logs) {
    console.log(entry.message);
  }
  process.exit(job.exit_code ?? 0);
}
