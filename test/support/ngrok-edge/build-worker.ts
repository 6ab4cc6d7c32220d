/** Builds the ngrok worker from its source, as the program's build does, into a folder of its own. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build } from 'vite';

const repository = path.resolve(import.meta.dirname, '../../..');

export interface BuiltWorker {
  readonly file: string;
  remove(): Promise<void>;
}

/**
 * @param parent where to put it; `@ngrok/ngrok` is found from there or it is not. Default: below `node_modules`, where
 * it is found.
 */
export async function buildWorker(
  parent = path.join(repository, 'node_modules/.cache/video-inbox'),
): Promise<BuiltWorker> {
  await mkdir(parent, { recursive: true });
  const outDir = await mkdtemp(path.join(parent, 'worker-'));
  await build({
    configFile: false,
    root: repository,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: { 'ngrok-worker': path.join(repository, 'src-main/node/tunnel/ngrok-worker.ts') },
        external: [/^node:/, ...builtinModules, '@ngrok/ngrok'],
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
  return {
    file: path.join(outDir, 'ngrok-worker.cjs'),
    remove: () => rm(outDir, { recursive: true, force: true }),
  };
}
