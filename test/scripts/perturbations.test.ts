import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { AllergyIntolerance } from 'fhir/r4.js';
import { perturbations, perturbed, type Perturbation } from '../../scripts/perturbations.js';
import { seeded } from '../seeded.js';
import { converter } from '../packaged-converter.js';

const samples = ['visit-summary', 'discharge-summary', 'progress-note', 'history-and-physical', 'referral-note'];

/** Shares of facts that are unmapped at most, where a sender builds documents in another way. */
const MOST: Readonly<Record<Perturbation, number>> = {
  'entry templates out': 0.04,
  'statements one level deeper': 0.015,
  'parts one level deeper': 0.015,
  'type codes swapped': 0.02,
  'section codes changed': 0.02,
  'roots of ids renamed': 0.015,
};

describe('a document with another structure', () => {
  for (const kind of Object.keys(perturbations) as Perturbation[])
    it(`keeps its facts: ${kind}`, () => {
      let [facts, unmapped] = [0, 0];
      for (const sample of samples) {
        const xml = readFileSync(`samples/${sample}.xml`, 'utf8');
        const { totals } = converter.convert(Buffer.from(perturbed(xml, kind, seeded(sample.length)))).ledger;
        facts += totals.facts;
        unmapped += totals.unmapped;
      }
      expect(unmapped / facts).to.be.at.most(MOST[kind]);
    });

  it('differs from the original document', () => {
    const xml = readFileSync('samples/visit-summary.xml', 'utf8');
    const changed = (Object.keys(perturbations) as Perturbation[]).map((kind) => perturbed(xml, kind, seeded(1)));
    expect(new Set([xml, ...changed]).size).to.equal(changed.length + 1);
  });

  it('has the same allergies, reactions and severities if statements are deeper or have other relationships', () => {
    const allergies = (xml: string) =>
      (converter.convert(Buffer.from(xml)).bundle.entry ?? [])
        .flatMap(({ resource }) =>
          resource?.resourceType === 'AllergyIntolerance' ? [resource as AllergyIntolerance] : [],
        )
        .map(({ code, reaction = [] }) => ({
          code,
          reaction: reaction.map(({ manifestation, severity }) => ({ manifestation, severity })),
        }));
    const xml = readFileSync('samples/visit-summary.xml', 'utf8');
    for (const kind of ['statements one level deeper', 'parts one level deeper', 'type codes swapped'] as const)
      expect(allergies(perturbed(xml, kind, seeded(7))), kind).to.deep.equal(allergies(xml));
  });
});
