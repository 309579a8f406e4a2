import type { Issue } from './issue.js';

/**
 * How grave an issue is, the gravest first. `fact`: something that the document says is not in the result, or may not be
 * what the document means; `detail`: it is there with less than the document says; `form`: the document or the result has
 * a fault of form.
 */
export const GRAVITIES = ['fact', 'detail', 'form'] as const;
export type Gravity = (typeof GRAVITIES)[number];

interface IssueKind {
  readonly severity: Issue['severity'];
  readonly gravity: Gravity;
  /** FHIR's issue-type, for an OperationOutcome. */
  readonly type:
    | 'structure'
    | 'not-found'
    | 'value'
    | 'code-invalid'
    | 'required'
    | 'business-rule'
    | 'informational'
    | 'incomplete'
    | 'too-costly'
    | 'not-supported';
  /** What it means, for docs/issues.md: what the document has, and what was done. */
  readonly means: string;
}

/**
 * Every issue that the engine tells; those that mappings tell are declared in `issues.json` of the mapping set. From both
 * `scripts/generate-issues.ts` makes docs/issues.md.
 */
export const issueKinds = {
  'entry-not-converted': {
    severity: 'warning',
    gravity: 'fact',
    type: 'incomplete',
    means:
      'An entry of a section became no resource, and nothing inside of it did. Its section has its narrative; the ledger lists its facts. Told once for each kind of entry and reason, with how many there are.',
  },
  'statement-repeated': {
    severity: 'warning',
    gravity: 'fact',
    type: 'business-rule',
    means: 'Several resources of one type were made of one statement: who counts them counts it twice.',
  },
  'missing-required': {
    severity: 'warning',
    gravity: 'fact',
    type: 'required',
    means:
      'A statement lacks what its resource cannot be without (a medication without a drug), so no resource was made of it.',
  },
  'impossible-date': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means:
      'A time is none that the calendar has (29 February 2019), or has a form that cannot be read. Where the element has to be there, a data-absent-reason stands in it, with the text.',
  },
  'impossible-number': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means: 'A number cannot be read as one ("1,200"). It is not guessed at.',
  },
  'unmapped-code': {
    severity: 'warning',
    gravity: 'fact',
    type: 'code-invalid',
    means: 'A code that decides something (a status, a gender) is none that the ConceptMap knows; it decided nothing.',
  },
  'placeholder-identifier': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means:
      'What stands in the place of an identifier identifies nobody: a word for "unknown", 000-00-0000, a sample number of HL7. It stays in the resource, but no id is made from it, and nobody is found by it.',
  },
  'unknown-document': {
    severity: 'warning',
    gravity: 'fact',
    type: 'not-supported',
    means: 'The document claims none of the templates of C-CDA that are known; it is converted by what it has.',
  },
  'dangling-reference': {
    severity: 'warning',
    gravity: 'detail',
    type: 'not-found',
    means: 'A text refers to a place of the narrative that is not there; its words are missing.',
  },
  'repeated-text': {
    severity: 'warning',
    gravity: 'detail',
    type: 'too-costly',
    means:
      'Many references lead to one long text. Once what they lead to is many times as long as the document, further ones are left to the narrative of the section.',
  },
  'mistyped-code': {
    severity: 'warning',
    gravity: 'detail',
    type: 'code-invalid',
    means: 'A code has not the form that codes of its system have (a LOINC code whose check digit is wrong).',
  },
  'display-contradicts': {
    severity: 'warning',
    gravity: 'fact',
    type: 'code-invalid',
    means:
      'The name beside a code is that of another code, or has nothing in common with what the term pack calls this one: one of the two is wrong. Both are kept.',
  },
  'unknown-code': {
    severity: 'warning',
    gravity: 'detail',
    type: 'code-invalid',
    means: 'The term pack has all codes of the system, and this one is none of them.',
  },
  'retired-code': {
    severity: 'information',
    gravity: 'form',
    type: 'code-invalid',
    means: 'The term pack says that the code is no longer in use.',
  },
  'ambiguous-map': {
    severity: 'information',
    gravity: 'detail',
    type: 'informational',
    means:
      'A map of the term pack has several targets for a code, or one that depends on more than the code: no coding is added.',
  },
  'unit-not-converted': {
    severity: 'information',
    gravity: 'detail',
    type: 'informational',
    means:
      'Canonical units were asked for, and the unit of a value can not be converted to that of its test by arithmetic alone.',
  },
  'invalid-base64': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means: 'Bytes that should be base64 are not; they are not in the result.',
  },
  'mistyped-file': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means: 'The bytes of a file are not what its media type says; it is labelled as what it is.',
  },
  'unreadable-file': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means: 'A compressed file cannot be opened, or holds more than it may; it stays as it is.',
  },
  'time-without-offset': {
    severity: 'warning',
    gravity: 'form',
    type: 'informational',
    means: 'A time has no offset, and none was given: its date is kept, the exact text stands in an extension.',
  },
  'profile-not-met': {
    severity: 'warning',
    gravity: 'form',
    type: 'business-rule',
    means: 'A resource claims no US Core profile; the text says which elements the document does not give.',
  },
  'undeclared-prefix': {
    severity: 'warning',
    gravity: 'form',
    type: 'structure',
    means: 'The document uses a namespace prefix that it does not declare. It is read as what it usually stands for.',
  },
  'encoding-mismatch': {
    severity: 'warning',
    gravity: 'form',
    type: 'structure',
    means: 'The document is not in the encoding that it declares. It is read in the one that it is in.',
  },
  'signature-invalid': {
    severity: 'warning',
    gravity: 'fact',
    type: 'business-rule',
    means:
      'Only where signatures are verified: a digital signature of the document is not of what the document says now, signs only a part of it, or was made with another certificate than it says. The signature is kept as it is.',
  },
  'signature-untrusted': {
    severity: 'warning',
    gravity: 'form',
    type: 'business-rule',
    means:
      'Only where signatures are verified: a digital signature is of this document, but its certificate leads to no authority that is set, or was not valid when it was made.',
  },
  'signature-not-judged': {
    severity: 'warning',
    gravity: 'form',
    type: 'not-supported',
    means:
      'Only where signatures are verified: a digital signature is no XML signature, asks for what is not done (XSLT, XPath, something outside of the document, SHA-1, HMAC), or the document is too large for it.',
  },
  'signature-valid': {
    severity: 'information',
    gravity: 'form',
    type: 'informational',
    means:
      'Only where signatures are verified: a digital signature is of this document, whole and unchanged, by somebody whose certificate leads to an authority that is set. Whether the certificate was revoked is not asked.',
  },
} as const satisfies Readonly<Record<string, IssueKind>>;

/** The codes of the engine: what it can't read, or can't make. */
export type IssueCode = keyof typeof issueKinds;

const kinds: ReadonlyMap<string, IssueKind> = new Map(Object.entries(issueKinds));

/** What the table says of a code; undefined for one that a mapping set declares. */
export function issueKind(code: string): IssueKind | undefined {
  return kinds.get(code);
}
