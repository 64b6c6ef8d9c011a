import { type ClassValue, clsx } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Joins classes; of two that say different things of the same, the later one counts. */
export const classNames = (...names: ClassValue[]) => twMerge(clsx(names));
