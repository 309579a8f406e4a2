import type { PurposeAnswer } from '../purpose-answer.js';

/** An answer, before the resource that carries it is made. */
export type DraftAnswer = Omit<PurposeAnswer, 'resource' | 'provenance'>;
