import { basename } from 'node:path';

/**
 * An esbuild plugin: modules that dependencies load at their start and the program never uses. Any use of one throws,
 * naming it. `names` are packages (with all below them), `paths` fits the files of packages that refer to them by path.
 */
export function leftOut({ names, paths }) {
  return {
    name: 'left-out',
    setup({ onResolve, onLoad }) {
      const filter = new RegExp(`^(?:${names.join('|')})(?:/.*)?$`);
      onResolve({ filter }, ({ path }) => ({ path, namespace: 'left-out' }));
      onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => absent(path));
      if (paths) onLoad({ filter: paths }, ({ path }) => absent(basename(path)));
    },
  };
}

/** Loads as anything, can be extended, and throws when it is called. */
function absent(name) {
  const contents = `
    function absent() { throw new Error('${name} is not part of this program'); }
    module.exports = new Proxy(absent, {
      get: (target, key) => key === 'setFfmpegPath' ? () => undefined : key === 'prototype' ? target.prototype : absent,
    });`;
  return { contents };
}
