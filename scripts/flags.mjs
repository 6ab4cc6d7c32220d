// The flags of the scripts that a developer types: `--help` and a flag that is none answer with the usage.
import { parseArgs } from 'node:util';

/**
 * The values of the flags in this process's arguments. Ends the process with the usage: 0 for `--help`, 1 and a
 * sentence before it for an unknown flag, a missing value or an argument that is no flag.
 *
 * @template {import('node:util').ParseArgsConfig['options'] & {}} Options
 * @param {string} usage one line for each way to call the script
 * @param {Options} options as `parseArgs` takes them
 */
export function readFlags(usage, options) {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(1);
  }
}
