import type { Issue } from './issue.js';

/**
 * How grave an issue is, the gravest first.
 * - `fact`: something that the document says is not in the result, or the result may not be what the document means.
 * - `detail`: it is in the result, but with less detail than in the document.
 * - `form`: only the form of the document or of the result is wrong.
 */
export const GRAVITIES = ['fact', 'detail', 'form'] as const;
export type Gravity = (typeof GRAVITIES)[number];

interface IssueKind {
  readonly severity: Issue['severity'];
  readonly gravity: Gravity;
  /** The issue-type of FHIR, for an OperationOutcome. */
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
  /** For docs/issues.md: what the document has, and what was done about it. */
  readonly means: string;
}

/**
 * Every issue that the engine itself tells. Issues that mappings tell are declared in `issues.json` of the mapping set.
 * `scripts/generate-issues.ts` makes docs/issues.md from both.
 */
export const issueKinds = {
  'entry-not-converted': {
    severity: 'warning',
    gravity: 'fact',
    type: 'incomplete',
    means:
      'An entry of a section became no resource, and nothing inside it did either. The narrative of the section is kept, and the ledger lists the facts of the entry. Told once for each kind of entry and reason, with a count.',
  },
  'statement-repeated': {
    severity: 'warning',
    gravity: 'fact',
    type: 'business-rule',
    means:
      'Several resources of one type were made from one statement. Whoever counts the resources counts that statement twice.',
  },
  'missing-required': {
    severity: 'warning',
    gravity: 'fact',
    type: 'required',
    means:
      'A statement lacks something that its resource must have (a medication without a drug), so no resource was made from it.',
  },
  'impossible-date': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means:
      'A time does not exist in the calendar (29 February 2019), or has a form that cannot be read. If FHIR requires the element, it has a data-absent-reason and the text of the time.',
  },
  'impossible-number': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means: 'A value that should be a number cannot be read as one ("1,200"). Cairn does not guess.',
  },
  'unmapped-code': {
    severity: 'warning',
    gravity: 'fact',
    type: 'code-invalid',
    means:
      'A code should decide something (a status, a gender), but the ConceptMap does not have it. So it decided nothing.',
  },
  'placeholder-identifier': {
    severity: 'warning',
    gravity: 'fact',
    type: 'value',
    means:
      'An identifier identifies nobody: it is a word for "unknown", 000-00-0000, or a sample number of HL7. It stays in the resource, but no id is made from it, and no person is matched by it.',
  },
  'unknown-document': {
    severity: 'warning',
    gravity: 'fact',
    type: 'not-supported',
    means:
      'The document has no templateId of a C-CDA document that Cairn knows. It is converted by its sections and entries.',
  },
  'dangling-reference': {
    severity: 'warning',
    gravity: 'detail',
    type: 'not-found',
    means: 'An entry refers to a place in the narrative that does not exist, so the words are missing.',
  },
  'repeated-text': {
    severity: 'warning',
    gravity: 'detail',
    type: 'too-costly',
    means:
      'Many references lead to one long text. When all copies together would be many times as long as the document, further references are not resolved; their text is in the narrative of the section.',
  },
  'mistyped-code': {
    severity: 'warning',
    gravity: 'detail',
    type: 'code-invalid',
    means: 'A code does not have the form of its code system (example: a LOINC code with a wrong check digit).',
  },
  'display-contradicts': {
    severity: 'warning',
    gravity: 'fact',
    type: 'code-invalid',
    means:
      'The name beside a code belongs to another code, or has nothing in common with the name in the term pack. So the code or the name is wrong. Both are kept.',
  },
  'unknown-code': {
    severity: 'warning',
    gravity: 'detail',
    type: 'code-invalid',
    means: 'The term pack has all codes of the system, but not this one.',
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
      'A map of the term pack has several targets for a code, or a target that depends on more than the code. No coding is added.',
  },
  'unit-not-converted': {
    severity: 'information',
    gravity: 'detail',
    type: 'informational',
    means:
      'Canonical units were asked for, but the unit of a value cannot be converted to the unit of its test by arithmetic alone.',
  },
  'invalid-base64': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means: 'Data that should be base64 is not. It is not in the result.',
  },
  'mistyped-file': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means:
      'The bytes of a file are of another kind than its media type says. The result has the media type of the bytes.',
  },
  'unreadable-file': {
    severity: 'warning',
    gravity: 'detail',
    type: 'value',
    means: 'A compressed file cannot be opened, or holds more than the limit allows. It stays compressed.',
  },
  'time-without-offset': {
    severity: 'warning',
    gravity: 'form',
    type: 'informational',
    means:
      'A time has no offset from UTC, and no time zone was given for the conversion. Its date is kept, and the exact text is in an extension.',
  },
  'profile-not-met': {
    severity: 'warning',
    gravity: 'form',
    type: 'business-rule',
    means: 'A resource claims no US Core profile. The text says which elements the document does not give.',
  },
  'undeclared-prefix': {
    severity: 'warning',
    gravity: 'form',
    type: 'structure',
    means: 'The document uses a namespace prefix that it does not declare. The prefix is read with its usual meaning.',
  },
  'encoding-mismatch': {
    severity: 'warning',
    gravity: 'form',
    type: 'structure',
    means: 'The document is in another encoding than it declares. It is read in the encoding that its bytes are in.',
  },
  'signature-invalid': {
    severity: 'warning',
    gravity: 'fact',
    type: 'business-rule',
    means:
      'Only if signatures are verified: a digital signature does not match what the document says now, signs only a part of it, or was made with another certificate than it names. The signature is kept as it is.',
  },
  'signature-untrusted': {
    severity: 'warning',
    gravity: 'form',
    type: 'business-rule',
    means:
      'Only if signatures are verified: a digital signature matches this document, but its certificate does not lead to a trusted authority, or was not valid when the signature was made.',
  },
  'signature-not-judged': {
    severity: 'warning',
    gravity: 'form',
    type: 'not-supported',
    means:
      'Only if signatures are verified: a digital signature is no XML signature, asks for something that is not accepted (XSLT, XPath, a part outside of the document, SHA-1, HMAC), or the document is too large to verify it.',
  },
  'signature-valid': {
    severity: 'information',
    gravity: 'form',
    type: 'informational',
    means:
      'Only if signatures are verified: a digital signature matches the whole, unchanged document, and its certificate leads to a trusted authority. Whether the certificate was revoked is not checked.',
  },
} as const satisfies Readonly<Record<string, IssueKind>>;

/** An issue of the engine: something that it can't read or can't make. */
export type IssueCode = keyof typeof issueKinds;

const kinds: ReadonlyMap<string, IssueKind> = new Map(Object.entries(issueKinds));

/** What the table says about a code; undefined for a code that a mapping set declares. */
export function issueKind(code: string): IssueKind | undefined {
  return kinds.get(code);
}
