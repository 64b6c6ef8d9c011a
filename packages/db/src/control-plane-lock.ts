/**
 * The advisory lock of the active control plane. Two numbers of 32 bits: one for this product's locks, one for this lock.
 * Whoever replaces the database takes it first.
 */
export const controlPlaneLock = [730_0199, 1] as const;
