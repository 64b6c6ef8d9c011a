/**
 * `node <flags of the worker> cache-code.cjs FOLDER`: keeps what V8 makes of the worker's bundle beside it. The worker
 * is run, because V8 makes most of it only when it is needed; without settings it ends when its modules are loaded.
 */
'use strict';
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

const folder = process.argv[2];
process.on('exit', () => {
  const script = require(join(folder, 'worker.cjs'));
  writeFileSync(join(folder, 'worker.bundle.cache'), script.createCachedData());
});
require(join(folder, 'worker.cjs'));
