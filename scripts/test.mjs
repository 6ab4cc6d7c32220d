// `npm test`: all tests, the browser ones included. Further arguments go to vitest.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { build, repoDir } from './built.mjs';
import { getTestBrowser } from './chromium.mjs';
import { getExifTool } from './exiftool.mjs';
import { getOtherBrowsers } from './other-browsers.mjs';
import { getPostgres } from './postgres.mjs';
import { getSwift } from './swift.mjs';

try {
  const chromium = getTestBrowser((line) => console.error(line));
  console.error(`Browser tests run in ${chromium}`);
  getOtherBrowsers((line) => console.error(line));
  getPostgres((line) => console.error(line));
  getSwift((line) => console.error(line));
  getExifTool((line) => console.error(line));
  await build();
  // Whoever starts Node reads these certificates first, which takes longer than all the rest of a start. Only npm, where
  // a test runs it, leaves the machine.
  const { NODE_EXTRA_CA_CERTS: certificates = '', ...env } = process.env;
  process.exitCode = await vitest({ ...env, VIDEO_INBOX_NPM_CA_CERTS: certificates, VIDEO_INBOX_CHROMIUM: chromium });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** @param {NodeJS.ProcessEnv} env @returns {Promise<number>} */
function vitest(env) {
  const args = [path.join(repoDir, 'node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: repoDir, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
