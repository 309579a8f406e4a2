import { expect } from 'chai';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const BASE = { resourceType: 'Observation', status: 'final', subject: { $ref: 'patient' }, code: '= code' };

function noteWhere(condition: string, inner: string, narrative: string): unknown {
  const folder = observationSet({ ...BASE, note: [{ text: { $when: condition, $value: 'yes' } }] });
  const { bundle } = convertWith(folder, {
    text: narrative,
    xml: `<observation classCode="OBS" moodCode="EVN"><id root="1.2.3" extension="o"/><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"/>${inner}</observation>`,
  });
  return (resourcesIn(bundle, 'Observation')[0] as unknown as Record<string, unknown>).note;
}

describe('functions of selectors', () => {
  it('said() gives the words that a text refers to', () => {
    const condition = "said(text)[starts-with(., 'No ')]";
    const narrative = '<content ID="a">No results</content><content ID="b">Results</content>';
    const yes = [{ text: 'yes' }];
    expect(noteWhere(condition, '<text><reference value="#a"/></text>', narrative)).to.deep.equal(yes);
    expect(noteWhere(condition, '<text><reference value="#b"/></text>', narrative)).to.equal(undefined);
    expect(noteWhere(condition, '<text><reference value="#gone"/></text>', narrative)).to.equal(undefined);
    expect(noteWhere(condition, '<text>No results</text>', narrative)).to.deep.equal(yes);
    expect(noteWhere(condition, '', narrative)).to.equal(undefined);
  });

  it('confidentiality() gives the code of the section, else of the document', () => {
    const folder = observationSet({ ...BASE, note: [{ text: '= confidentiality()/@code' }] });
    const code = (text: string) => `<confidentialityCode code="${text}"/>`;
    const section = (inner: string) =>
      `<component><section>${inner}<entry><observation classCode="OBS" moodCode="EVN"><code code="8302-2"/></observation></entry></section></component>`;
    const { bundle } = convertWith(folder, { header: code('N'), sections: [section(code('R')), section('')] });
    expect(resourcesIn(bundle, 'Observation').map((made) => (made as { note?: unknown }).note)).to.deep.equal([
      [{ text: 'R' }],
      [{ text: 'N' }],
    ]);
  });

  it('identified() gives the other elements with an id', () => {
    const condition = "identified(id)/self::act[code/@code='X']";
    const act = (extension: string) =>
      `<entryRelationship typeCode="REFR"><act classCode="ACT" moodCode="EVN"><id root="1.2.3" extension="${extension}"/><code code="X"/></act></entryRelationship>`;
    expect(noteWhere(condition, act('o'), '')).to.deep.equal([{ text: 'yes' }]);
    expect(noteWhere(condition, act('other'), '')).to.equal(undefined);
  });

  it('usable() leaves out ids that identify nobody', () => {
    const yes = [{ text: 'yes' }];
    expect(noteWhere("usable(id)[@extension='7']", '<id root="1.2.3.9" extension="7"/>', '')).to.deep.equal(yes);
    expect(noteWhere('usable(id)[@nullFlavor]', '<id root="1.2.3.9" nullFlavor="NI"/>', '')).to.equal(undefined);
    expect(noteWhere('usable(id)[not(@root)]', '<id extension="7"/>', '')).to.equal(undefined);
  });

  it('own() leaves out nodes inside a statement that is a resource itself', () => {
    const part = (inner: string) =>
      `<entryRelationship typeCode="RSON"><act classCode="ACT" moodCode="EVN">${inner}</act></entryRelationship>`;
    const statement = (inner: string) =>
      `<entryRelationship typeCode="REFR"><observation classCode="OBS" moodCode="EVN"><code code="8867-4"/>${inner}</observation></entryRelationship>`;
    const text = '<text>mine</text>';
    const condition = 'own(.//text)';
    expect(noteWhere(condition, text, '')).to.deep.equal([{ text: 'yes' }]);
    expect(noteWhere(condition, part(part(text)), '')).to.deep.equal([{ text: 'yes' }]);
    expect(noteWhere(condition, statement(text), '')).to.equal(undefined);
    expect(noteWhere(condition, statement(part(text)), '')).to.equal(undefined);
    expect(noteWhere(condition, part(statement(text)), '')).to.equal(undefined);
  });
});
