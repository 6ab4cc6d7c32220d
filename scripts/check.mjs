// `npm run check`: all that can be said of the sources without running them, as many steps at a time as there are
// processors. What a step prints is shown when it is over. Names of steps as arguments: those only.
import { spawn } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { repoDir } from './built.mjs';

const inModules = (/** @type {string} */ file) => path.join(repoDir, 'node_modules', file);

const eslintCache = ['--cache', '--cache-strategy', 'content', '--cache-location', inModules('.cache/eslint/')];
const knip = inModules('knip/bin/knip.js');

/** Those that take longest first. @type {[name: string, args: string[]][]} */
const steps = [
  ['layers', [inModules('eslint/bin/eslint.js'), '--max-warnings', '0', ...eslintCache, 'src-main', 'src-renderer']],
  ['lint', [inModules('oxlint/bin/oxlint')]],
  ['format', [inModules('prettier/bin/prettier.cjs'), '--check', '--cache', '--log-level', 'warn', '.']],
  ['unused', [knip, '--cache']],
  [
    'unused',
    [knip, '--cache', '--production', '--config', 'knip.production.jsonc', '--include', 'files,exports,types'],
  ],
  ['types', [path.join(import.meta.dirname, 'check-types.mjs')]],
  ['licences', [path.join(import.meta.dirname, 'licenses.mjs')]],
];

const wanted = process.argv.slice(2);
const names = new Set(steps.map(([name]) => name));
const unknown = wanted.filter((name) => !names.has(name));
if (unknown.length > 0) {
  console.error(`There is no step "${unknown.join('", "')}"; the steps are ${[...names].join(', ')}.`);
  process.exit(1);
}
const queue = steps.filter(([name]) => wanted.length === 0 || wanted.includes(name));
await Promise.all(Array.from({ length: os.availableParallelism() }, work));

async function work() {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const [name, args] = step;
    const begunMs = Date.now();
    const { code, printed } = await run(args);
    const seconds = ((Date.now() - begunMs) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'passed' : 'FAILED'} ${name} (${seconds} s)${printed === '' ? '' : `\n${printed}`}`);
    if (code !== 0) process.exitCode = 1;
  }
}

/** @param {string[]} args @returns {Promise<{ code: number | null, printed: string }>} */
function run(args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) };
    const child = spawn(process.execPath, args, { cwd: repoDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => (printed += text));
    }
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, printed: printed.trim() }));
  });
}
