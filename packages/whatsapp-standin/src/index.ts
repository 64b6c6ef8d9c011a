export { createStandin, PortTakenError, type Standin, type StandinOptions } from './standin';
export { StateFileError } from './state/state-store';
export type { FaultName, Faults } from './faults/fault-table';
