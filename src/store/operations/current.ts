import { currentStates } from '../records.js';

/** `currentStates` as a list of SQL: `('converted', 'delivered', 'undelivered')`. */
export const CURRENT = `(${currentStates.map((state) => `'${state}'`).join(', ')})`;
