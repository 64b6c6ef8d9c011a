export * from './fault';
export * from './fault-table';
export * from './healing';
export * from './linked-tenants';
export * from './tenant-processes';
