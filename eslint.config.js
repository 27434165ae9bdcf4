import js from '@eslint/js';
import { dirname, join, relative } from 'node:path/posix';
import tseslint from 'typescript-eslint';
import { importProblem, packageProblem } from './test/repo/import-table.ts';

const ROOT = import.meta.dirname;

/** The table of style page §1, one and the same for lint and test. */
const importTable = {
  meta: { type: 'problem', schema: [], messages: { table: '{{ problem }} (test/repo/import-table.ts)' } },
  create(context) {
    const file = relative(ROOT, context.filename);
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const isTypeOnly = node.importKind === 'type' || node.exportKind === 'type' || (node.specifiers?.length > 0 && node.specifiers.every((one) => one.importKind === 'type'));
      const isAfterInstallation = file.startsWith('main/setup/') && (node.type === 'ImportExpression' || file.includes('/default-app/'));
      const problem = specifier.startsWith('.') ? importProblem(file, join(dirname(file), specifier), isTypeOnly) : isAfterInstallation ? null : packageProblem(file, specifier);
      if (problem !== null) context.report({ node, messageId: 'table', data: { problem } });
    };
    return { ImportDeclaration: check, ExportNamedDeclaration: check, ExportAllDeclaration: check, ImportExpression: check };
  },
};

/** Colours live in the theme: a literal elsewhere escapes an operator's theme and the high-contrast one. */
const COLOUR = '/(^|[\\s:,(])(#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})($|[\\s;,)])|(rgb|hsl|oklch)a?\\()/';

const TIME_AND_CHANCE = 'take time and chance from the injected Clock and Random';
const bannedBelowCompositionRoot = {
  'no-restricted-globals': ['error', ...['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval'].map((name) => ({ name, message: TIME_AND_CHANCE }))],
  'no-restricted-syntax': [
    'error',
    { selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']", message: TIME_AND_CHANCE },
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: TIME_AND_CHANCE },
    { selector: "CallExpression[callee.name='Date']", message: TIME_AND_CHANCE },
    { selector: "MemberExpression[object.name='performance'][property.name='now']", message: TIME_AND_CHANCE },
    { selector: "MemberExpression[object.name='Math'][property.name='random']", message: TIME_AND_CHANCE },
    { selector: "MemberExpression[property.name='randomUUID']", message: TIME_AND_CHANCE },
    { selector: "ImportSpecifier[imported.name=/^(randomUUID|randomBytes|randomInt)$/]", message: TIME_AND_CHANCE },
    { selector: 'TSEnumDeclaration', message: 'Node runs the source as it is: use an `as const` table' },
  ],
  'no-restricted-imports': ['error', { paths: ['node:timers', 'node:timers/promises', 'timers', 'timers/promises'].map((name) => ({ name, message: TIME_AND_CHANCE })) }],
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'release/', 'release-e2e/', '.runtime/', 'test-results/', 'playwright-report/', '**/gen/'] },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: ROOT } },
    rules: {
      // The few that need types and find what loses money: a promise nobody waits for, a case nobody thought of.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', destructuredArrayIgnorePattern: '^_', ignoreRestSiblings: true, varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unsafe-function-type': 'error',
    },
  },
  {
    files: ['**/*.{js,mjs,ts,tsx}'],
    plugins: { qolma: { rules: { 'import-table': importTable } } },
    rules: {
      'qolma/import-table': 'error',
      eqeqeq: 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-console': ['error', { allow: ['error'] }],
      'no-warning-comments': ['error', { terms: ['fixme', 'xxx', 'hack'] }],
      'no-control-regex': 'off', // device protocols are made of control characters
    },
  },
  {
    files: ['main/**/*.ts', 'drivers/**/*.ts', 'state-machines/**/*.ts', 'simulators/**/*.ts'],
    ignores: ['main/system/**', 'main/shell/**', 'main/setup/**', 'main/cli/**', 'simulators/**/main.ts', '**/*.bench.ts', 'simulators/workbench/page/**', 'simulators/world/virtual-clock.ts'], // the virtual clock lets real I/O through between its steps
    rules: bannedBelowCompositionRoot,
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    ignores: ['renderer/theme/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=${COLOUR}]`, message: 'colours come from renderer/theme' },
        { selector: `TemplateElement[value.raw=${COLOUR}]`, message: 'colours come from renderer/theme' },
      ],
    },
  },
  {
    files: ['**/*.{js,mjs}', '*.config.ts', '**/vite*.config.ts'],
    languageOptions: {
      globals: Object.fromEntries(['process', 'Buffer', 'console', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'URL'].map((name) => [name, 'readonly'])),
    },
  },
  { files: ['main/setup/default-app/*.mjs'], rules: { 'no-console': 'off' } },
);
