import path from 'node:path';
import { build } from 'vite';

/**
 * Bundles one file for a process of its own.
 * @param file absolute path of the TypeScript file
 * @returns the path of the made ES module in `outDir`
 */
export async function bundled(file: string, outDir: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    root: path.dirname(file),
    ssr: { noExternal: true },
    build: {
      ssr: file,
      outDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs' } },
    },
  });
  return path.join(outDir, `${path.basename(file, path.extname(file))}.mjs`);
}
