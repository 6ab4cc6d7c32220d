/**
 * Runs the built `cli.cjs` again and again, each time as a process would that has just begun: with its own arguments and
 * environment, and with no listener of the run before. What it prints stands on the same pipes; a mark says where it ends.
 */
import { createRequire } from 'node:module';
import path from 'node:path';

/** @typedef {{ readonly args: readonly string[], readonly env: NodeJS.ProcessEnv, readonly mark: string }} Run */
/** @typedef {(args: readonly string[], host: unknown) => Promise<number>} RunCommandLine */

const cliFile = process.argv[2] ?? '';
const require = createRequire(cliFile);
/** @type {(file: string) => { runCommandLine: RunCommandLine }} */
const load = require;
const commandLine = load(path.join(path.dirname(cliFile), 'command-line.cjs'));
const { runCommandLine } = commandLine;
const exit = process.exit.bind(process);
const emitters = [process, process.stdout, process.stderr];

/** @type {((code: number) => void) | null} */
let end = null;
process.exit = /** @type {typeof process.exit} */ ((code) => (end ?? exit)(Number(code)));

commandLine.runCommandLine = (/** @type {readonly string[]} */ args, /** @type {unknown} */ host) => {
  const endThis = end;
  const held = process.getActiveResourcesInfo().length;
  const running = runCommandLine(args, host);
  // A process ends once nothing holds it any more, and so does this.
  /** @type {(code: number) => void} */
  const endIfFree = (code) => {
    if (end !== endThis) return; // it has exited
    if (process.getActiveResourcesInfo().length <= held) end?.(code);
    else setTimeout(endIfFree, 2, code).unref();
  };
  void running.then(endIfFree);
  return running;
};

process.on('disconnect', () => exit());
process.on('message', (/** @type {Run} */ { args, env, mark }) => {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, env);
  const before = emitters.map((emitter) => new Map(emitter.eventNames().map((on) => [on, emitter.rawListeners(on)])));
  end = (code) => {
    end = null;
    process.emit('exit', code);
    for (const [i, emitter] of emitters.entries()) {
      for (const on of emitter.eventNames()) {
        for (const listener of emitter.rawListeners(on)) {
          if (!before[i]?.get(on)?.includes(listener)) emitter.off(on, /** @type {() => void} */ (listener));
        }
      }
    }
    for (const stream of [process.stdout, process.stderr]) stream.write(`${mark}${code}\n`);
  };
  process.argv.splice(2, Infinity, ...args);
  Reflect.deleteProperty(require.cache, cliFile);
  require(cliFile);
});
