/** The outcome of a job as plain JSON. Its members depend on the kind of job. */
export type JobOutcome = Readonly<Record<string, unknown>>;
