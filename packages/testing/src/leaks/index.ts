export * from './find-leaks';
