/**
 * Starts a program from its bundle, `NAME.bundle.cjs` beside this file, whose name is `NAME.cjs`, and from what V8 made
 * of it when it was built: much of a start's work is reading the program. V8 refuses what another version of itself
 * made, or one with other flags; then it reads the bundle.
 */
'use strict';
const { existsSync, readFileSync } = require('node:fs');
const { wrap } = require('node:module');
const { basename, join } = require('node:path');
const { Script } = require('node:vm');

const name = basename(__filename, '.cjs');
const filename = join(__dirname, `${name}.bundle.cjs`);
const cache = join(__dirname, `${name}.bundle.cache`);
// The bundle is ASCII, which V8 reads at half the cost of anything else.
const script = new Script(wrap(readFileSync(filename, 'latin1')), {
  filename,
  ...(existsSync(cache) && { cachedData: readFileSync(cache) }),
});
module.exports = script;

const bundle = { exports: {} };
script.runInThisContext()(bundle.exports, require, bundle, filename, __dirname);
