import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { resourceNames } from '../src/fhir/elements.js';

const src = fileURLToPath(new URL('../src', import.meta.url));

/** Resources that the engine may name: what a Bundle is, not what a document says. The service also answers with its own. */
const ENGINE = new Set(['Bundle', 'ConceptMap', 'Composition', 'Provenance', 'DocumentReference']);
/** An answer to a payer is FHIR, too: what carries it, whom it is about, and whose statement it is. */
const ANSWERS = new Set([
  ...ENGINE,
  'ValueSet',
  'Patient',
  'Organization',
  'Device',
  'OperationOutcome',
  'Parameters',
  'MeasureReport',
  'GuidanceResponse',
]);
/** What is submitted, and by whom, as CDex writes it. */
const ATTACHMENTS = new Set([
  ...ANSWERS,
  'Binary',
  'PractitionerRole',
  'QuestionnaireResponse',
  // Whose period says when a document's service was.
  'Encounter',
]);
/** A term pack is made of them; a measure's ValueSets come with it. */
const TERMS = new Set([...ENGINE, 'CodeSystem', 'ValueSet']);
/** A purpose's test says who has written the document that it makes up. */
const AUTHOR = new Set([...ANSWERS, 'Practitioner']);
const SERVICE = new Set([
  ...ENGINE,
  'AuditEvent',
  'OperationOutcome',
  'Parameters',
  'CapabilityStatement',
  'OperationDefinition',
  'Binary',
]);

/** Names that are words of programming, too; as resources they would stand in quotes with others. */
const WORDS = new Set([
  'List',
  'Group',
  'Basic',
  'Task',
  'Person',
  'Location',
  'Schedule',
  'Slot',
  'Media',
  'Account',
  'Contract',
  'Library',
  'Measure',
  'Subscription',
  'Substance',
  'Flag',
  'Goal',
  'Linkage',
  'Invoice',
  'Coverage',
  'Claim',
  'Consent',
  'Communication',
  'Endpoint',
  'Evidence',
]);

function code(file: string): string {
  // Comments may name what they like.
  return readFileSync(join(src, file), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

describe('the engine', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('knows no C-CDA template', () => {
    const found = files.filter((file) =>
      /2\.16\.840\.1\.113883\.10\.20\.|1\.3\.6\.1\.4\.1\.19376\.1\.5\.3\.1\.4/.test(code(file)),
    );
    expect(found).to.deep.equal([]);
  });

  it('names no clinical resource outside the mappings', () => {
    const found: string[] = [];
    for (const file of files) {
      if (file.startsWith('service/page/')) continue;
      const allowed = /^(service|unwrap|delivery|cli)\//.test(file)
        ? SERVICE
        : /^(purpose|record|search)\//.test(file)
          ? ANSWERS
          : file.startsWith('attachment/')
            ? ATTACHMENTS
            : /^(terms|measure)\//.test(file)
              ? TERMS
              : file === 'author/given-document.ts'
                ? AUTHOR
                : ENGINE;
      const text = code(file);
      for (const name of resourceNames()) {
        if (allowed.has(name) || WORDS.has(name)) continue;
        if (new RegExp(`['"\`]${name}['"\`]`).test(text)) found.push(`${file}: ${name}`);
      }
    }
    expect(found).to.deep.equal([]);
  });
});
