/** One configuration for all tests: sources through swc, workspace packages by their sources. */
const swc = [
  '@swc/jest',
  { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
];

/** ESM only: jest has them as CommonJS, which Node itself loads as they are. */
const esmOnly = [
  'better-auth',
  '@better-auth',
  '@better-fetch',
  'better-call',
  'jose',
  'nanostores',
  '@noble',
  'kysely',
  'defu',
  'rou3',
  's3mini',
  'zod',
];

module.exports = {
  rootDir: __dirname,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,packages}/*/{src,test}/**/*.test.ts', '<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.(ts|mjs|js)$': swc },
  transformIgnorePatterns: [`/node_modules/(?!\\.pnpm/)(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    '^@wafleet/([a-z-]+)$': '<rootDir>/packages/$1/src',
    '^@/(.*)$': '<rootDir>/apps/web/src/$1',
  },
  modulePathIgnorePatterns: ['/dist/', '/\\.next/'],
  globalSetup: '<rootDir>/packages/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/packages/testing/src/jest/global-teardown.ts',
  reporters: ['default', '<rootDir>/packages/testing/jest/count-reporter.cjs'],
  testTimeout: 180_000,
  // Most tests wait for processes of their own: a core left free would be idle.
  maxWorkers: '100%',
};
