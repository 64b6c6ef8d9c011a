/** How a tenant's people read who did something through the admin API: its callers are not theirs to know by name. */
export const operator = 'operator';
