/**
 * What the programs of a failed test wrote to their logs meanwhile, beside its error: "waited 60 s for the video" alone
 * tells nobody why. A setup file of the tests of built programs.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { logsToShow } from './program-logs.ts';

const mostLines = 30;
const mostOfLine = 600;

afterEach(({ task }) => {
  const { result } = task;
  if (result?.state !== 'fail') return;
  for (const dataDir of logsToShow) {
    const file = path.join(dataDir, 'logs/video-inbox.log');
    if (!existsSync(file) || statSync(file).mtimeMs < (result.startTime ?? 0)) continue;
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-mostLines);
    const shown = lines.map((line) => `  ${line.slice(0, mostOfLine)}\n`).join('');
    process.stderr.write(`\nThe log of ${dataDir}, as "${task.name}" failed:\n${shown}`);
  }
});

afterAll(() => logsToShow.clear());
