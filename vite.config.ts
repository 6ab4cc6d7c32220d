import { builtinModules } from 'node:module';
import { writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import react from '@vitejs/plugin-react';
import type { EnvironmentOptions, HtmlTagDescriptor, Plugin, Rolldown } from 'vite';
import { defineConfig } from 'vitest/config';
import pkg from './package.json' with { type: 'json' };
import { languages } from './src-main/common/texts/language.ts';
import { en } from './src-renderer/texts/en.ts';
import { packs } from './src-renderer/texts/packs.ts';
import { isAllowed, licencesText, packageOf, readPackage } from './scripts/licenses.mjs';
import { LongestFirst } from './test/support/longest-first.ts';

const here = (relative: string): string => path.join(import.meta.dirname, relative);

// `dependencies` holds only packages with a native file; everything else is bundled, so that the packaged app has some
// hundred files in place of thousands.
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

/** The script that the page names. It imports what draws, which imports all other screens when they are wanted. */
const startScript = here('src-renderer/main.ts');
const firstScreen = here('src-renderer/first-screen.tsx');

/** Whether the page draws it. A language and the reader of films are drawn by nobody and stay in files of their own. */
const isDrawn = (id: string): boolean =>
  id.startsWith(here('src-renderer')) && !id.startsWith(here('src-renderer/texts'));

/**
 * What the page starts with, what its first screen needs and what all others need are one file each, fetched in one go.
 * Left alone, the bundler would put what several parts use into many small files: a hundred requests for each page.
 * What a language needs is in none of the last two: those read their sentences once, when the language is there.
 */
const fewFiles: Rolldown.CodeSplittingGroup = {
  debugName: 'few-files',
  name: (id, modules) => {
    const askers = new Set([id]);
    for (const asker of askers) for (const next of modules.getModuleInfo(asker)?.importers ?? []) askers.add(next);
    if (askers.has(startScript)) return 'start';
    const parts = [...askers].filter((asker) => (modules.getModuleInfo(asker)?.dynamicImporters.length ?? 0) > 0);
    if (parts.length === 0 || !parts.every(isDrawn)) return null;
    return askers.has(firstScreen) ? 'first-screen' : 'other-screens';
  },
  includeDependenciesRecursively: false,
};

/** The page asks for that file, its style and the font at once with its small script, which would ask for them later. */
function preloadFirstScreen(): Plugin {
  return {
    name: 'preload-first-screen',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle = {} }) {
        const tags: HtmlTagDescriptor[] = [];
        const link = (rel: string, file: string, attrs: Record<string, string> = {}) =>
          tags.push({ tag: 'link', attrs: { rel, href: `./${file}`, crossorigin: true, ...attrs }, injectTo: 'head' });
        for (const output of Object.values(bundle)) {
          if (output.type === 'chunk' && output.moduleIds.includes(firstScreen)) {
            for (const style of output.viteMetadata?.importedCss ?? []) link('stylesheet', style);
            const others = output.imports.filter((file) => bundle[file]?.type === 'chunk' && !bundle[file].isEntry);
            for (const file of [output.fileName, ...others]) link('preload', file, { as: 'script' });
          }
          if (/inter-latin-wght-[^/]*\.woff2$/.test(output.fileName)) {
            link('preload', output.fileName, { as: 'font', type: 'font/woff2' });
          }
        }
        return tags;
      },
    },
  };
}

/** What the page itself says where none of its scripts comes, in each language by the first part of its tag. */
function wordsForNoScript(): Plugin {
  return {
    name: 'words-for-no-script',
    async transformIndexHtml() {
      const words = languages.map(async ({ code, direction: dir }) => {
        const { errors, common } = code === 'en' ? en : (await packs[code]()).pack.page;
        return [code.split('-')[0], { text: errors?.notLoaded, reload: common?.reload, dir }] as const;
      });
      const children = JSON.stringify(Object.fromEntries(await Promise.all(words)));
      return [{ tag: 'script', attrs: { type: 'application/json', id: 'not-loaded' }, children, injectTo: 'head' }];
    },
  };
}

/**
 * What the program uses of undici: its own index makes a mock, caches, a second `fetch` and web sockets as well, whenever
 * an inbox starts. Whoever imports another of its names is told by the build. Tests of sources have all of it.
 */
const usedOfUndici = `
  import api from 'undici/lib/api/index.js';
  import buildConnector from 'undici/lib/core/connect.js';
  import errors from 'undici/lib/core/errors.js';
  import Agent from 'undici/lib/dispatcher/agent.js';
  import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
  import Pool from 'undici/lib/dispatcher/pool.js';
  import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
  Object.assign(Dispatcher.prototype, api); // as its index does; a proxy agent calls "connect" of it
  export { Agent, buildConnector, Dispatcher, errors, Pool, ProxyAgent };
`;

function onlyUsedOfUndici(): Plugin {
  const used = here('node_modules/undici/only-used.js');
  return {
    name: 'only-used-of-undici',
    enforce: 'pre',
    applyToEnvironment: ({ name }) => name === 'main',
    resolveId: (id) => (id === 'undici' ? used : null),
    load: (id) => (id === used ? usedOfUndici : null),
  };
}

/** Gathers what goes into the three bundles, and writes the licences beside the page when all are there. */
function thirdPartyLicences(): Plugin {
  const shipped = new Map<string, NonNullable<ReturnType<typeof packageOf>>>();
  const ship = (found: ReturnType<typeof packageOf>): void => {
    if (found === null) return;
    if (!isAllowed(found.license))
      throw new Error(`The licence of ${found.name} (${found.license}) is not on the list.`);
    shipped.set(`${found.name}@${found.version}`, found);
  };
  return {
    name: 'third-party-licences',
    sharedDuringBuild: true,
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        for (const file of output.type === 'chunk' ? output.moduleIds : output.originalFileNames) {
          ship(packageOf(path.isAbsolute(file.replace(/^\0/, '')) ? file : here(path.join('src-renderer', file))));
        }
      }
    },
    buildApp: {
      order: 'post',
      async handler() {
        for (const name of [...native, 'electron']) ship(readPackage(here(path.join('node_modules', name))));
        await writeFile(here('dist/renderer/THIRD-PARTY-LICENSES.txt'), licencesText(shipped.values()));
      },
    },
  };
}

const processors = os.availableParallelism();
/**
 * Test files at a time. A file of the built program takes half of a processor: the rest it waits for a process, a page or a
 * retry. More would not be done sooner, and a page that waits for its turn goes on drawing.
 */
const sideBySide = processors * 2;
const heavy = ['test/e2e/{downloads,durability,other-browsers}.test.ts', 'test/soak/soak.test.ts'];
const endToEnd = {
  globalSetup: [here('test/e2e/global-setup.ts')],
  setupFiles: [here('test/support/logs-of-failed.ts')],
  testTimeout: 180_000,
  // On a machine that is busy with something else a second look is worth more than a red verdict for all; who needed
  // one is told at the end (test/support/second-tries.ts).
  retry: process.env['CI'] === undefined ? 0 : 1,
};

export default defineConfig({
  root: here('src-renderer'),
  base: './',
  // `pg` calls for it with `require` and extends what it gets; the file for `import` would give it a namespace.
  resolve: { alias: { 'pg-pool': here('node_modules/pg-pool/index.js') } },
  plugins: [react(), preloadFirstScreen(), wordsForNoScript(), onlyUsedOfUndici(), thirdPartyLicences()],
  builder: {
    async buildApp(builder) {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
    },
  },
  environments: {
    client: {
      build: {
        outDir: here('dist/renderer'),
        emptyOutDir: true,
        target: 'chrome140',
        sourcemap: true,
        chunkSizeWarningLimit: 800,
        rolldownOptions: { output: { codeSplitting: { groups: [fewFiles] } } },
      },
    },
    main: nodeBundle(
      'dist/main',
      {
        cli: here('src-main/headless/cli.ts'),
        'command-line': here('src-main/headless/command-line.ts'),
        electron: here('src-main/electron/main.ts'),
        'body-worker': here('src-main/node/callbacks/body/body-worker.ts'),
        'media-worker': here('src-main/node/media/media-worker.ts'),
        'ngrok-worker': here('src-main/node/tunnel/ngrok-worker.ts'),
      },
      true,
    ),
    preload: nodeBundle('dist/preload', { preload: here('src-main/electron/preload.ts') }, false),
  },
  test: {
    root: here('.'),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // What is waited for comes when it comes; a second, as it would be without this, is little on a busy machine.
    expect: { poll: { timeout: 60_000, interval: 20 } },
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          setupFiles: [here('test/support/no-file-left-open.ts')],
          include: ['test/{common,node,headless,renderer,scripts,fuzz}/**/*.test.ts'],
          // A process runs one file after the other: a third of the processor time went into starting one for each, and
          // into loading the same modules again. Who changes what outlives a file (timers, the environment, the language)
          // puts it back.
          isolate: false,
          maxWorkers: sideBySide,
        },
      },
      // The built program, in processes of their own on ports of their own: side by side they only wait for each other.
      {
        extends: true,
        test: {
          ...endToEnd,
          name: 'e2e',
          include: ['test/{e2e,soak}/**/*.test.ts'],
          exclude: heavy,
          isolate: false,
          maxWorkers: sideBySide,
        },
      },
      // Several of these say what `electron` is, and what they load keeps what it was told.
      {
        extends: true,
        test: {
          ...endToEnd,
          name: 'electron',
          include: ['test/electron/**/*.test.ts'],
          maxWorkers: sideBySide,
        },
      },
      // Those that take a whole processor each: bursts that go on until a kill, another browser engine, a soak.
      {
        extends: true,
        test: {
          ...endToEnd,
          name: 'heavy',
          include: heavy,
          maxWorkers: processors,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
