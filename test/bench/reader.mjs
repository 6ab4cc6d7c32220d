/**
 * How long one body takes to read, over all recorded callbacks: `node test/bench/reader.mjs [--rounds N] [--root DIR]`.
 * Prints the median of the rounds, in microseconds per body; `--root` measures another checkout with the same bodies.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { parseJson } from './processes.mjs';

const here = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { rounds: { type: 'string' }, root: { type: 'string' } } });
const rounds = Number(values.rounds ?? 15);
const root = path.resolve(values.root ?? here);

const out = mkdtempSync(path.join(tmpdir(), 'reader-bench-'));
try {
  const entry = path.join(root, 'src-main/common/providers/reader.ts');
  const bundle = {
    ssr: entry,
    outDir: out,
    emptyOutDir: true,
    rolldownOptions: { output: { entryFileNames: 'reader.mjs' } },
  };
  await build({ root, configFile: false, logLevel: 'error', build: bundle });
  const file = path.join(out, 'reader.mjs');
  /** @type {unknown} */
  const reader = await import(pathToFileURL(file).href);
  const { readBody } = /** @type {{ readBody: (input: object) => unknown }} */ (reader);

  const folder = path.join(here, 'test/fixtures/callbacks');
  const bodies = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => {
      const text = readFileSync(path.join(folder, name), 'utf8');
      const { body, headers } = /** @type {{ body: unknown, headers: object }} */ (parseJson(text));
      return { body, headers, providerHint: null };
    });
  const times = [];
  for (let round = 0; round < rounds + 3; round++) {
    const repeats = 200;
    // Processor time, so that other work on the machine counts less.
    const start = process.cpuUsage();
    for (let n = 0; n < repeats; n++) for (const input of bodies) readBody(input);
    const micros = process.cpuUsage(start).user / (repeats * bodies.length);
    if (round >= 3) times.push(micros);
  }
  times.sort((a, b) => a - b);
  const [best = 0] = times;
  const median = times[Math.floor(times.length / 2)] ?? 0;
  console.log(`reader: ${median.toFixed(2)} us per body (best ${best.toFixed(2)}), ${bodies.length} bodies`);
} finally {
  rmSync(out, { recursive: true });
}
