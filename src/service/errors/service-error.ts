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
  /** In the document; from 1, 0 where there is no place. */
  readonly line?: number;
  readonly column?: number;
  /** FHIRPath of the place in the request, where it is a resource. */
  readonly expression?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Only for the log. It must not contain content of the document either. */
  readonly reason?: string;
}

/** A request can't be served. The text goes to the client, so it has no patient data, no path and no stack. */
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

/** The client has gone away, so nobody can be answered. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}
