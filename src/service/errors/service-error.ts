/** The codes of FHIR R4's issue-type that the service uses. */
export type IssueType =
  | 'business-rule'
  | 'code-invalid'
  | 'exception'
  | 'forbidden'
  | 'incomplete'
  | 'informational'
  | 'invalid'
  | 'login'
  | 'not-found'
  | 'not-supported'
  | 'required'
  | 'structure'
  | 'throttled'
  | 'timeout'
  | 'too-costly'
  | 'too-long'
  | 'transient'
  | 'value';

export interface ErrorDetails {
  /** The place in the document, counted from 1; 0 if there is none. */
  readonly line?: number;
  readonly column?: number;
  /** FHIRPath of the place in the request, if the request is a resource. */
  readonly expression?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. It must not quote the document either. */
  readonly reason?: string;
}

/**
 * A request can't be served. The text goes to the client, so it has no patient data, no path of a file and no stack.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';

  constructor(
    readonly status: number,
    readonly code: IssueType,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message);
  }
}

/** The client has gone, so nobody can be answered. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}
