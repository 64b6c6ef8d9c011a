/** Below this a browser damages its profile sooner or later. */
const minimumFreeBytes = 64 * 1024 * 1024;
/** Files are made all the time, and a file system can run out of them before it runs out of room. */
const minimumFreeFiles = 1_000;

/** What the file system has left, as statfs(2) tells it to an ordinary user. */
export interface Room {
  bavail: number;
  bsize: number;
  /** 0 on file systems that count no files. */
  files: number;
  ffree: number;
}

/** What is too little for a browser, in words; null where there is enough. */
export function lackOf({ bavail, bsize, files, ffree }: Room): string | null {
  if (bavail * bsize < minimumFreeBytes)
    return `${inMegabytes(bavail * bsize)} MB are free and ${inMegabytes(minimumFreeBytes)} MB are needed`;
  if (files > 0 && ffree < minimumFreeFiles)
    return `room for ${ffree} files is free and for ${minimumFreeFiles} is needed`;
  return null;
}

function inMegabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024);
}
