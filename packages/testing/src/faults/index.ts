export * from './fault';
export * from './fault-table';
export * from './healing';
export * from './in-lanes';
export * from './linked-tenants';
export * from './story';
export * from './tenant-processes';
