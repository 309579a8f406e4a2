import type { AuditEvent, Coding } from 'fhir/r4.js';
import type { AuditAction, StoredAudit } from '../../store/operations/audit.js';

/** The action in FHIR's words: create, read, update, delete, execute (http://hl7.org/fhir/audit-event-action). */
const actions: Readonly<Record<AuditAction, NonNullable<AuditEvent['action']>>> = {
  accept: 'C',
  read: 'R',
  deliver: 'R',
  export: 'R',
  replay: 'E',
  release: 'U',
  purge: 'D',
  'legal-hold': 'U',
  'legal-hold-lifted': 'U',
  'let-go': 'D',
  login: 'E',
};

const dicom = (code: string, display: string): Coding => ({
  system: 'http://dicom.nema.org/resources/ontology/DCM',
  code,
  display,
});

const lifecycle = (code: string, display: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle',
  code,
  display,
});

const destroyed = lifecycle('destroy', 'Destroy/Delete Record Lifecycle Event');

/** Codes of FHIR's value set for AuditEvent.type. */
const kinds: Readonly<Record<AuditAction, Coding>> = {
  accept: dicom('110107', 'Import'),
  read: dicom('110112', 'Query'),
  deliver: dicom('110106', 'Export'),
  export: dicom('110106', 'Export'),
  replay: dicom('110100', 'Application Activity'),
  release: dicom('110100', 'Application Activity'),
  purge: destroyed,
  'legal-hold': lifecycle('hold', 'Add Legal Hold Record Lifecycle Event'),
  'legal-hold-lifted': lifecycle('unhold', 'Remove Legal Hold Record Lifecycle Event'),
  'let-go': destroyed,
  login: dicom('110114', 'User Authentication'),
};

/** What somebody did, as a FHIR R4 AuditEvent. */
export function auditEventOf({ seq, at, action, agent, document, detail, isRefused }: StoredAudit): AuditEvent {
  return {
    resourceType: 'AuditEvent',
    id: String(seq),
    type: kinds[action],
    subtype: [{ display: action }],
    action: actions[action],
    recorded: new Date(at).toISOString(),
    outcome: isRefused ? '8' : '0',
    ...(detail === null ? {} : { outcomeDesc: detail }),
    agent: [{ who: { display: agent === '' ? 'unknown' : agent }, requestor: agent !== 'cairn' }],
    source: { observer: { display: 'cairn' } },
    ...(document === null ? {} : { entity: [{ what: { reference: `Task/${document}` } }] }),
  };
}
