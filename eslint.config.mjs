import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Boundaries of docs/architecture.md, held by lint: what a part may not import. */
const forbid = (...patterns) => [
  'error',
  { patterns: patterns.map(([group, message]) => ({ group, message })) },
];

const prisma = [['@prisma/*', '**/generated/*'], 'The database client stays in packages/db.'];
const library = [
  ['whatsapp-web.js', 'puppeteer', 'puppeteer*'],
  'whatsapp-web.js stays in apps/worker/src/whatsapp.',
];
const stores = [
  ['@wafleet/db', 'pg', 'bullmq', 'ioredis', '@prisma/*'],
  'Workers hold no database and no queue.',
];
const apps = [
  ['@wafleet/control-plane', '@wafleet/worker', '@wafleet/web', '**/apps/*'],
  'Apps never import each other.',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/.next/',
      '**/next-env.d.ts',
      '**/generated/',
      '**/node_modules/',
      'data/',
      '.turbo/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['prisma.config.ts'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/require-await': 'off',
      // Parts are closures, not classes with `this`; their functions may be passed around.
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in config.ts only.' },
      ],
      'no-restricted-imports': forbid(prisma, library, apps),
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'CallExpression[callee.object.name="AbortSignal"][callee.property.name="any"] MemberExpression[object.name="AbortSignal"][property.name="timeout"]',
          message: 'It may be collected before it fires; abortAfter() of packages/runtime is not.',
        },
      ],
      'no-console': 'error',
    },
  },
  {
    files: ['packages/contracts/src/**'],
    rules: { 'no-restricted-imports': forbid([['@wafleet/*'], 'Contracts stand alone.']) },
  },
  // Its generated types are of the API.
  { files: ['packages/client/**'], rules: { 'no-restricted-imports': forbid(library, apps) } },
  { files: ['packages/db/**'], rules: { 'no-restricted-imports': forbid(library, apps) } },
  // Pages know the API by its types alone: what a browser loads stays small, and the server holds no database.
  {
    files: ['apps/web/src/**'],
    ignores: ['**/*.test.ts'],
    rules: {
      // Browsers collect no signal that is waited for.
      'no-restricted-syntax': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['@wafleet/contracts', '@wafleet/client'],
              message: 'Types only.',
              allowTypeImports: true,
            },
            ...[prisma, stores, library, apps].map(([group, message]) => ({ group, message })),
          ],
        },
      ],
    },
  },
  { files: ['apps/worker/src/**'], rules: { 'no-restricted-imports': forbid(stores, library, apps) } },
  { files: ['apps/worker/src/whatsapp/**'], rules: { 'no-restricted-imports': forbid(stores, apps) } },
  {
    files: ['packages/whatsapp-standin/test/**', 'bench/src/speed/bare-library.ts'],
    rules: { 'no-restricted-imports': forbid(prisma, apps) },
  },
  {
    files: [
      '**/config.ts',
      '**/*.config.*',
      '**/*.test.ts',
      '**/test/**',
      'packages/testing/**',
      'bench/**',
      'packages/local-stack/**',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Answers of an API under test are looked at as they come.
    files: ['**/*.test.ts', '**/test/**', 'packages/testing/src/{stack,faults,chaos}/**', 'bench/**'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        __filename: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        TextDecoderStream: 'readonly',
        setTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        clearTimeout: 'readonly',
        Buffer: 'readonly',
        WebAssembly: 'readonly',
      },
    },
  },
);
