import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/**
 * A folder is named after what it may touch: no import may leave these zones.
 * @param {string[]} folders relative to the repository
 * @param {{ group: string[], message: string }[]} patterns
 * @param {{ name: string, message: string }[]} [paths]
 */
const zone = (folders, patterns, paths = []) => ({
  files: folders.map((folder) => `${folder}/**/*.{ts,tsx}`),
  rules: { 'no-restricted-imports': ['error', { patterns, paths }] },
});
/** @param {string[]} names */
const layers = (...names) => names.flatMap((name) => [`**/${name}/**`, `**/${name}`]);
const noElectron = { name: 'electron', message: 'Electron belongs to src-main/electron.' };
const noNode = { group: ['node:*'], message: 'This layer runs where Node is not.' };

export default tseslint.config(
  { ignores: ['dist/', 'release/', 'coverage/', 'test/electron-double/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './src-main/*/tsconfig.json',
          './src-renderer/tsconfig.json',
          './test/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  zone(
    ['src-main/common'],
    [
      noNode,
      { group: layers('node', 'headless', 'electron', 'src-renderer'), message: 'common imports nothing of ours.' },
    ],
    [noElectron],
  ),
  zone(
    ['src-main/node'],
    [{ group: layers('headless', 'electron', 'src-renderer'), message: 'node may import common only.' }],
    [noElectron],
  ),
  zone(
    ['src-main/headless'],
    [{ group: layers('electron', 'src-renderer'), message: 'headless may import common and node.' }],
    [noElectron],
  ),
  zone(
    ['src-main/electron'],
    [{ group: layers('headless', 'src-renderer'), message: 'electron may import common and node.' }],
  ),
  zone(
    ['src-renderer'],
    [
      noNode,
      {
        group: ['**/src-main/node/**', '**/src-main/headless/**', '**/src-main/electron/**'],
        message: 'The renderer may import common only.',
      },
    ],
    [noElectron],
  ),
  {
    files: ['src-renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { ...reactHooks.configs.recommended.rules },
  },
  {
    files: ['scripts/**', 'test/bench/**', '*.js', '*.ts'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off' },
  },
);
