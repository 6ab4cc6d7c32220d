import { builtinModules } from 'node:module';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions } from 'vite';
import { defineConfig } from 'vitest/config';
import pkg from './package.json' with { type: 'json' };

const here = (relative: string): string => path.join(import.meta.dirname, relative);

// `dependencies` holds only packages with a native file; everything else is bundled, so that the packaged app has some
// twenty files in place of two thousand.
const native = Object.keys(pkg.dependencies);

function nodeBundle(outDir: string, input: Record<string, string>, codeSplitting: boolean): EnvironmentOptions {
  return {
    consumer: 'server',
    define: { __APP_VERSION__: JSON.stringify(pkg.version) },
    resolve: { noExternal: true, conditions: ['node', 'module', 'import', 'default'] },
    build: {
      outDir: here(outDir),
      emptyOutDir: true,
      copyPublicDir: false,
      target: 'node20',
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input,
        external: ['electron', /^node:/, ...builtinModules, ...native],
        output: { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs', codeSplitting },
      },
    },
  };
}

export default defineConfig({
  root: here('src-renderer'),
  base: './',
  plugins: [react()],
  builder: {},
  environments: {
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome140',
        sourcemap: true,
        chunkSizeWarningLimit: 800,
      },
    },
    main: nodeBundle(
      'dist/main',
      {
        cli: here('src-main/headless/cli.ts'),
        electron: here('src-main/electron/main.ts'),
        'media-worker': here('src-main/node/media/media-worker.ts'),
        'ngrok-worker': here('src-main/node/tunnel/ngrok-worker.ts'),
      },
      true,
    ),
    preload: nodeBundle('dist/preload', { preload: here('src-main/electron/preload.ts') }, false),
  },
  test: {
    root: here('.'),
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['test/{common,node,headless,electron,renderer,scripts}/**/*.test.ts'] },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: [here('test/e2e/global-setup.ts')],
          fileParallelism: false,
          testTimeout: 90_000,
        },
      },
    ],
  },
});
