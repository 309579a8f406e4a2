import { expect } from 'chai';
import { documentOf } from '../mappings/document-of.js';
import type { ConvertOptions } from '../../src/conversion.js';
import { converter } from '../packaged-converter.js';

function problem(id: string, onset = '20240101'): string {
  return `<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><id root="1.2.3.4" extension="c-${id}"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/>
    <effectiveTime><low value="20240101"/></effectiveTime><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/><id root="1.2.3.4" extension="${id}"/>
    <code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/><effectiveTime><low value="${onset}"/></effectiveTime><value xsi:type="CD" code="59621000" codeSystem="2.16.840.1.113883.6.96" displayName="Essential hypertension"/></observation></entryRelationship></act></entry>`;
}

function convert(sections: readonly string[], options: ConvertOptions = {}) {
  const xml = documentOf({
    sections: sections.map(
      (entry) =>
        `<component><section><code code="11450-4" codeSystem="2.16.840.1.113883.6.1"/><title>Problems</title><text>Hypertension</text>${entry}</section></component>`,
    ),
  });
  const { bundle, ledger } = converter.convert(Buffer.from(xml), options);
  const conditions = bundle.entry!.filter(({ resource }) => resource?.resourceType === 'Condition');
  return { conditions: conditions.map(({ resource }) => resource!), ledger };
}

describe('a repeated statement', () => {
  it('is one resource, and the ledger has the places of the repetition and of the first statement', () => {
    const { conditions, ledger } = convert([problem('p'), problem('p')]);
    expect(conditions).to.have.length(1);
    expect(ledger.same).to.have.length(1);
    const [same] = ledger.same;
    expect(same?.path).to.match(/component\[2\].*observation$/);
    expect(same?.as.path).to.match(/component\[1\].*observation$/);
    expect(same?.line).to.be.greaterThan(same?.as.line ?? 0);
    expect(same?.resource).to.equal(`Condition/${conditions[0]?.id}`);
  });

  it('is two resources with two ids if repeats are kept', () => {
    const { conditions, ledger } = convert([problem('p'), problem('p')], { keepRepeats: true });
    expect(conditions).to.have.length(2);
    expect(conditions[0]?.id).to.not.equal(conditions[1]?.id);
    expect(conditions[0]?.id).to.equal(convert([problem('p')]).conditions[0]?.id);
    expect(ledger.same).to.deep.equal([]);
    const again = convert([problem('p'), problem('p')], { keepRepeats: true });
    expect(again.conditions.map(({ id }) => id)).to.deep.equal(conditions.map(({ id }) => id));
  });

  it('is not a repetition if it says something else, or has another id', () => {
    for (const sections of [
      [problem('p'), problem('p', '20230101')],
      [problem('p'), problem('q')],
    ]) {
      const { conditions, ledger } = convert(sections);
      expect(conditions).to.have.length(2);
      expect(ledger.same).to.deep.equal([]);
    }
  });

  it('is not in the ledger of a document without repetitions', () => {
    expect(convert([problem('p')]).ledger.same).to.deep.equal([]);
  });
});
