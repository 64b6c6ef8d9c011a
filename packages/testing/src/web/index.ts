export * from './web-app';
export * from './web-browser';
