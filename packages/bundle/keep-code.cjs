/**
 * `node <flags of the program> keep-code.cjs FILE`: keeps what V8 makes of a program's bundle beside it. The program
 * is run, because V8 makes most of it only when it is needed; without settings it ends when its modules are loaded.
 */
'use strict';
const { writeFileSync } = require('node:fs');

const file = process.argv[2];
process.on('exit', () => {
  const script = require(file);
  writeFileSync(file.replace(/\.cjs$/, '.bundle.cache'), script.createCachedData());
});
require(file);
