/** 12.3 MiB; a dash for what is not known yet. */
export const sizeOf = (bytes: number | null) =>
  bytes === null ? '–' : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
