/**
 * Runs the built `cli.cjs` again and again, each time as a process would that has just begun: with its own arguments and
 * environment, and with no listener of the run before. What it prints stands on the same pipes; a mark says where it ends.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
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

/** @typedef {{ isOver: boolean }} Life of a run */
/** @type {AsyncLocalStorage<Life>} */
const lives = new AsyncLocalStorage();
/** What a run left behind may print after its end, as nothing of a process can: it would stand in the output of the next one. */
const [writeOut, writeErr] = [process.stdout, process.stderr].map((stream) => {
  const write = stream.write.bind(stream);
  stream.write = /** @type {typeof stream.write} */ (
    (/** @type {string | Uint8Array} */ chunk, /** @type {[]} */ ...more) =>
      lives.getStore()?.isOver === true || write(chunk, ...more)
  );
  return write;
});

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
  const life = { isOver: false };
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
    life.isOver = true;
    for (const write of [writeOut, writeErr]) write?.(`${mark}${code}\n`);
  };
  process.argv.splice(2, Infinity, ...args);
  Reflect.deleteProperty(require.cache, cliFile);
  lives.run(life, () => void require(cliFile));
});
