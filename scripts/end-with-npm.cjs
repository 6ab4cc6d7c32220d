'use strict';

/**
 * npm starts us through a shell that does not pass signals on (https://github.com/npm/cli/issues/5776): where the shell
 * has gone, npm was told to stop.
 */
exports.endWithNpm = function endWithNpm() {
  if (process.env['npm_lifecycle_event'] === undefined || process.platform === 'win32') return;
  const shell = process.ppid;
  setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
};
