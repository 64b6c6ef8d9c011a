/** Both are written in by the bundler, from the packages' own files. */
declare const WORKER_VERSION: string;
declare const LIBRARY_VERSION: string;

export const workerVersion = WORKER_VERSION;
export const libraryVersion = LIBRARY_VERSION;
