import type { PurposeAnswer } from '../purpose-answer.js';

/** An answer without the resource that carries it. */
export type DraftAnswer = Omit<PurposeAnswer, 'resource' | 'provenance'>;
