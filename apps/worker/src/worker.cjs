/**
 * Starts the worker from its bundle, and from what V8 made of it when it was built: a third of a start's work is
 * reading the program. V8 refuses what another version of itself made, or one with other flags; then it reads the bundle.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'worker.bundle.cjs');
const cache = join(__dirname, 'worker.bundle.cache');
const script = new Script(wrap(readFileSync(filename, 'utf8')), {
  filename,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
});
module.exports = script;

const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename, __dirname);
