/**
 * The worker link: one WebSocket per worker, opened by the worker, JSON frames.
 * The control plane accepts this protocol version and the one before. Unknown fields and frames are ignored.
 */
export const linkProtocolVersion = 1;
export const linkPath = '/worker-link';
/** A larger frame closes the link. */
export const maxFrameBytes = 4 * 1024 * 1024;
export const heartbeatIntervalMs = 5_000;
