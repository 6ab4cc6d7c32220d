#!/usr/bin/env node
// The `video-inbox` command. The program runs in this very process, so that its pid, its signals and its exit code
// are the ones that the caller sees. CommonJS, since the threads for files are counted when the first file is touched, and
// loading an ES module touches some.
'use strict';
process.env['UV_THREADPOOL_SIZE'] ??= '16';
const { existsSync } = require('node:fs');
const path = require('node:path');
const { endWithNpm } = require('./end-with-npm.cjs');

const repoDir = path.join(__dirname, '..');
const cliFile = path.join(repoDir, 'dist/main/cli.cjs');

run().catch((/** @type {unknown} */ error) => {
  const words = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  console.error(
    code.endsWith('MODULE_NOT_FOUND')
      ? `A file of Video Inbox itself is missing (${words.split('\n')[0] ?? ''}). Install it again; in a checkout, run "npm run build".`
      : words,
  );
  process.exitCode = 1;
});

async function run() {
  // What npm installs is built and holds no sources; a checkout is built once.
  if (existsSync(path.join(repoDir, 'vite.config.ts')) || !existsSync(cliFile)) {
    const { build, isBuilt } = await import('./built.mjs');
    if (!isBuilt()) {
      console.error('Building Video Inbox, once.');
      await build();
    }
  }
  endWithNpm();
  standWhereTyped();
  process.argv[1] = cliFile;
  require(cliFile);
}

/** npm runs the scripts of a checkout in its top folder; the paths on their line are meant from where it was typed. */
function standWhereTyped() {
  const { INIT_CWD: typedIn, npm_lifecycle_event: script } = process.env;
  const isOwn = (script === 'cli' || script === 'serve') && process.cwd() === repoDir;
  if (isOwn && typedIn !== undefined) process.chdir(typedIn);
}
