import { builtinModules } from 'node:module';
import parser from '@typescript-eslint/parser';
import reactHooks from 'eslint-plugin-react-hooks';
import regexp from 'eslint-plugin-regexp';
import { defineConfig } from 'eslint/config';

const noNode = {
  regex: `^(node:|(${builtinModules.join('|')})(/|$))`,
  message: 'This layer runs where Node is not.',
};
const noElectron = { regex: '^electron(/|$)', message: 'Electron belongs to src-main/electron.' };
/**
 * A package may need Node, or a page, and says so nowhere.
 * @param {string[]} packages
 */
const noneBut = (...packages) => ({
  regex: `^(?!\\.|node:|(${[...builtinModules, 'electron', ...packages].join('|')})(/|$))`,
  message: `Of packages this layer has ${packages.join(', ')}.`,
});
/** A folder of `node/inbox` holds one subject; the files beside it wire the subjects, and are wired by `inbox.ts` alone. */
const noWiring = {
  regex: '^\\.\\./(?!(inbox-base|closed-loop)\\.ts$)[^/]+$',
  message: 'A subject of the inbox is given what it needs of the others.',
};
const noPage = { regex: '^(react|react-dom|@base-ui/react|lucide-react)(/|$)', message: 'This layer has no page.' };

/** The log writes an Error whole under the key `error`; under any other it becomes `{}`. */
const noCauseInLogs = {
  selector:
    ':matches(CallExpression[callee.object.name="log"], VariableDeclarator[id.name="fields"]) Property[key.name="cause"]',
  message: 'Errors are logged under the key `error`, which writes them whole.',
};

/** What a person reads is in a catalog, where it is said in other languages too. `InboxError` takes nothing else. */
const noSentenceInErrors = {
  selector:
    ':matches(CallExpression[callee.name="asTold"], CallExpression[callee.name="asTold"] > ConditionalExpression) > :matches(TemplateLiteral, BinaryExpression[operator="+"], Literal[value=/\\s/])',
  message: 'The sentence of an error belongs to a catalog in common/texts.',
};

/** Likewise what a screen says; what begins an address is no sentence. */
const toldAttribute = 'JSXAttribute[name.name=/^(title|aria-label|aria-description|placeholder|alt|label|hint)$/]';
const toldInScreens = [
  'JSXText',
  'JSXElement > JSXExpressionContainer > Literal',
  'JSXElement > JSXExpressionContainer > TemplateLiteral > TemplateElement',
  `${toldAttribute} > Literal`,
  `${toldAttribute} > JSXExpressionContainer > Literal`,
];
const noSentenceInScreens = {
  selector: `:matches(${toldInScreens.join()}):matches([value=/[A-Za-z]{2}/], [value.raw=/[A-Za-z]{2}/]):not([value="https://"])`,
  message: 'What a screen says belongs to a catalog in src-renderer/texts.',
};

/** Nobody holds a timeout inside: once garbage was collected it ends nothing. */
const noLooseTimeout = {
  selector:
    'CallExpression[callee.object.name="AbortSignal"][callee.property.name="any"] CallExpression[callee.object.name="AbortSignal"][callee.property.name="timeout"]',
  message: 'Such a timeout may never fire: take orAfter of node/time-limit.ts.',
};

/** The page gets a client and asks nobody where it runs. */
const noPreload = {
  selector: 'MemberExpression[object.name=/^(window|globalThis)$/][property.name="videoInbox"]',
  message: 'What the preload gives is taken in src-renderer/main.ts only.',
};

const noCanParse = {
  object: 'URL',
  property: 'canParse',
  message: 'It cannot be relied on in Node 20: see `canParseUrl`.',
};

const noProxy = 'It knows no proxy: take `outgoing.fetch`.';

/**
 * A folder is named after what it may touch: no import may leave these zones, be it `import`, `import()` or a type.
 * @param {string} folder relative to the repository
 * @param {string[]} foreign our own folders that it may not import from
 * @param {{ regex: string, message: string }[]} [outside] packages that it may not import
 * @param {{ selector: string, message: string }[]} [syntax] what else may not stand there
 * @returns {import('eslint').Linter.Config}
 */
function zone(folder, foreign, outside = [], syntax = []) {
  const ours = {
    regex: `^\\.\\.?/(.*/)?(${[...foreign, 'test', 'scripts'].join('|')})(/|$)`,
    message: `${folder} may not import from there; what several need goes to src-main/common.`,
  };
  const bans = [ours, ...outside];
  const dynamic = bans.flatMap(({ regex, message }) => {
    const value = `/${regex.replaceAll('/', '\\/')}/`;
    return [
      { selector: `ImportExpression[source.value=${value}]`, message },
      { selector: `TSImportType[source.value=${value}]`, message },
    ];
  });
  return {
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': ['error', { patterns: bans }],
      'no-restricted-syntax': ['error', noCauseInLogs, noSentenceInErrors, noLooseTimeout, ...dynamic, ...syntax],
    },
  };
}

/** @type {[string[], { regex: string, message: string }[]]} */
const rendererBans = [
  ['src-main/node', 'src-main/headless', 'src-main/electron'],
  [noNode, noElectron, noneBut('react', 'react-dom', '@base-ui/react', 'lucide-react', 'mediabunny')],
];

/** What oxlint (`.oxlintrc.json`) cannot say: what a folder may touch, and what React and regular expressions are to be like. */
export default defineConfig(
  { ignores: ['dist/', 'release/', 'coverage/'] },
  {
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,tsx}'],
    languageOptions: { parser },
    // Not right about loops in oxlint yet.
    rules: { 'no-useless-assignment': 'error' },
  },
  zone('src-main/common', ['node', 'headless', 'electron', 'src-renderer'], [noNode, noElectron, noneBut('valibot')]),
  zone('src-main/node', ['headless', 'electron', 'src-renderer'], [noElectron, noPage]),
  zone('src-main/node/inbox/*', ['headless', 'electron', 'src-renderer'], [noElectron, noPage, noWiring]),
  zone('src-main/headless', ['electron', 'src-renderer'], [noElectron, noPage]),
  zone('src-main/electron', ['headless', 'src-renderer'], [noPage]),
  zone('src-renderer', ...rendererBans, [noPreload, noSentenceInScreens]),
  { ...zone('src-renderer', ...rendererBans), files: ['src-renderer/main.ts'] },
  {
    // What a stranger writes may be of any length: no pattern's time grows with its square.
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,tsx}'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': 'error', 'regexp/no-super-linear-move': 'error' },
  },
  {
    files: ['src-main/**/*.ts', 'src-renderer/**/*.{ts,tsx}'],
    ignores: ['src-main/common/can-parse-url.ts'],
    rules: { 'no-restricted-properties': ['error', noCanParse] },
  },
  {
    files: ['src-main/{node,headless,electron}/**/*.ts'],
    // The way out itself, and whoever asks a program or a server of this machine.
    ignores: [
      'src-main/node/outgoing/outgoing.ts',
      'src-main/node/instance-lock.ts',
      'src-main/node/video-store/s3/s3-keys.ts',
      'src-main/electron/attached.ts',
      'src-main/headless/local-client.ts',
    ],
    rules: {
      'no-restricted-globals': ['error', { name: 'fetch', message: noProxy }],
      'no-restricted-properties': ['error', noCanParse, { object: 'globalThis', property: 'fetch', message: noProxy }],
    },
  },
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat.recommended],
  },
);
