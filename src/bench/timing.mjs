// Times whole processes: wall by this process's clock, CPU time and peak memory by GNU time.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { file } from './setting.mjs';

// A call: argv, env, and maybe before() that is not timed, input (a file), ends (its exit status).
export function time(call) {
  call.before?.();
  const input = call.input ? fs.openSync(call.input, 'r') : 'ignore';
  const begun = process.hrtime.bigint();
  const result = spawnSync('/usr/bin/time', ['-q', '-f', '%U %S %M', '-o', file('time'), ...call.argv],
    { env: call.env, cwd: call.cwd, stdio: [input, 'ignore', 'pipe'], maxBuffer: 1 << 24 });
  const wall = Number(process.hrtime.bigint() - begun) / 1e6;
  if (call.input) fs.closeSync(input);
  if (result.status !== (call.ends ?? 0)) {
    throw new Error(`${call.argv.slice(0, 6).join(' ')}: ${result.status} ${result.stderr}`);
  }
  const [user, system, peak] = fs.readFileSync(file('time'), 'utf8').trim().split('\n').pop().split(' ').map(Number);
  return { wall, cpu: (user + system) * 1000, peak: peak / 1024 };
}

export const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

// Runs ours, a list of calls, and theirs in turn, after one turn that does not count. Answers for each of
// ours the medians, and the median of its ratios to theirs, turn by turn.
export function compare(ours, theirs, turns) {
  const all = [...ours, theirs];
  for (const call of all) time(call);
  const runs = Array.from({ length: turns }, () => all.map(time));
  return ours.map((call, i) => ({
    wall: median(runs.map((run) => run[i].wall)),
    cpu: median(runs.map((run) => run[i].cpu)),
    peak: Math.max(...runs.map((run) => run[i].peak)),
    other: median(runs.map((run) => run[ours.length].wall)),
    ratio: median(runs.map((run) => run[i].wall / run[ours.length].wall)),
  }));
}
