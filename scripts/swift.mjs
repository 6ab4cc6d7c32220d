/** OpenStack Swift, an S3 server that was not written here, for the test of the shelf; got as the Chromium is. */
import { existsSync } from 'node:fs';
import { aptSteps, isExecutable, runSteps } from './programs.mjs';

// Debian's own Python, since its packages are for that one; another may come first in PATH.
const python = '/usr/bin/python3';
const library = '/usr/lib/python3/dist-packages/swift/common/middleware/s3api/s3api.py';

/** @returns {string | null} the Python that knows it */
export function findSwift() {
  return isExecutable(python) && existsSync(library) ? python : null;
}

/** Gets it where apt can (no service is started); without it its test is skipped. @param {(line: string) => void} say */
export function getSwift(say) {
  const steps = findSwift() === null ? aptSteps(['python3-swift']) : null;
  if (steps === null) return;
  say('Getting OpenStack Swift for the test of the shelf on S3');
  if (!runSteps(steps)) say('It could not be installed: the test that asks it will be skipped.');
}
