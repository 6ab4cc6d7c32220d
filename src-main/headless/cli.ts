/** The `video-inbox` command under plain Node. */
import '../node/thread-pool.ts';
import path from 'node:path';
import { createForkSpawn } from '../node/tunnel/worker-handle.ts';
import { typeCommandsAs } from '../common/texts/typed.ts';
import { typedCommand } from '../node/typed-command.ts';
import { runCommandLine } from './command-line.ts';

process.exitCode = 1;
typeCommandsAs(typedCommand(path.join(import.meta.dirname, '../..')));
void runCommandLine(process.argv.slice(2), {
  spawnNgrok: createForkSpawn(path.join(import.meta.dirname, 'ngrok-worker.cjs')),
  exit: (code) => process.exit(code),
}).then((code) => {
  process.exitCode = code;
});
