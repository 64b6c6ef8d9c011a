export * from './stack';
export * from './control-plane';
export * from './api-client';
export * from './event-stream';
export * from './server-process';
export * from './standin-control';
