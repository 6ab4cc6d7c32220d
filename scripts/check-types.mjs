// One tsconfig per layer, so that each sees only the globals and modules it may use; checked two at a time.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { repoDir } from './built.mjs';

const projects = [
  'src-renderer',
  'test',
  'src-main/node',
  'src-main/electron',
  'src-main/headless',
  'src-main/common',
  '.',
];
const queue = [...projects];
await Promise.all([drain(), drain()]);

async function drain() {
  for (let project = queue.shift(); project !== undefined; project = queue.shift()) {
    if (!(await check(project))) process.exitCode = 1;
  }
}

/** @param {string} project @returns {Promise<boolean>} */
function check(project) {
  const memory = path.join(repoDir, 'node_modules/.cache/tsc', `${project.replaceAll('/', '-')}.tsbuildinfo`);
  const tsc = path.join(repoDir, 'node_modules/typescript/bin/tsc');
  const args = [tsc, '-p', project, '--noEmit', '--pretty', 'false', '--incremental', '--tsBuildInfoFile', memory];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: repoDir, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code === 0));
  });
}
