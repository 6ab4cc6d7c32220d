#!/usr/bin/env node
// The `video-inbox` command. The program runs in this very process, so that its pid, its signals and its exit code
// are the ones that the caller sees. CommonJS, since Node reads the files of an ES module by its threads for file work,
// whose number (src-main/node/thread-pool.ts) counts only until they are first used.
process.env['UV_THREADPOOL_SIZE'] ??= '16';

async function run() {
  const { build, cliFile, isBuilt } = await import('./built.mjs');
  if (!isBuilt()) {
    console.error('Building Video Inbox, once.');
    await build();
  }
  // npm starts us through a shell that does not pass signals on (https://github.com/npm/cli/issues/5776): where the
  // shell has gone, npm was told to stop.
  if (process.env['npm_lifecycle_event'] !== undefined && process.platform !== 'win32') {
    const shell = process.ppid;
    setInterval(() => {
      if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
    }, 500).unref();
  }
  process.argv[1] = cliFile;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the program is CommonJS, and so is this file
  require(cliFile);
}

run().catch((/** @type {unknown} */ error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
