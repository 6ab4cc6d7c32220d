/** ExifTool, which reads back what an exported film tells of itself, for the tests; got as the Chromium is. */
import { aptSteps, isExecutable, onPath, runSteps } from './programs.mjs';

/** @returns {string | null} */
export function findExifTool() {
  return onPath(['exiftool']).find(isExecutable) ?? null;
}

/** Gets it where apt can; without it the test that asks it is skipped. @param {(line: string) => void} say */
export function getExifTool(say) {
  const steps = findExifTool() === null ? aptSteps(['libimage-exiftool-perl']) : null;
  if (steps === null) return;
  say('Getting ExifTool for the test of exported copies');
  if (!runSteps(steps)) say('It could not be installed: the test that asks it will be skipped.');
}
