// One tsconfig per layer, so that each sees only the globals and modules it may use. The compiler is the native one,
// some ten times as fast; the linter still needs the one that is written in JavaScript.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { repoDir } from './built.mjs';

const projects = [
  'src-main/common',
  'src-main/node',
  'src-main/headless',
  'src-main/electron',
  'src-renderer',
  'test',
  '.',
];
const tsc = path.join(repoDir, 'node_modules/typescript-native/bin/tsc');
/** Most files are seen by several projects. @type {Set<string>} */
const mistakes = new Set();
for (const project of projects) {
  // What is known of the last run is left out of the next one, file by file.
  const known = path.join(repoDir, 'node_modules/.cache/types', `${project.replace(/\W+/g, '-')}.tsbuildinfo`);
  const incremental = ['--incremental', '--tsBuildInfoFile', known];
  const args = [tsc, '-p', project, '--noEmit', ...incremental, '--pretty', 'false'];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: repoDir,
    stdio: ['inherit', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) process.exitCode = 1;
  for (const mistake of stdout.split('\n')) if (mistake !== '') mistakes.add(mistake);
}
for (const mistake of mistakes) console.log(mistake);
