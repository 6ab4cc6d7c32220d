#!/usr/bin/env node
// The `video-inbox` command. The program runs in this very process, so that its pid, its signals and its exit code
// are the ones that the caller sees.
import { createRequire } from 'node:module';
import { build, cliFile, isBuilt } from './built.mjs';

try {
  if (!isBuilt()) {
    console.error('Building Video Inbox, once.');
    await build();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
// npm starts us through a shell that does not pass signals on (https://github.com/npm/cli/issues/5776): where the shell
// has gone, npm was told to stop.
if (process.env['npm_lifecycle_event'] !== undefined && process.platform !== 'win32') {
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}
process.argv[1] = cliFile;
createRequire(import.meta.url)(cliFile);
