import { expect } from 'chai';
import type { CareTeam, Condition, FhirResource, Observation } from 'fhir/r4.js';
import { createConverter } from '../../src/convert.js';
import { documentOf } from '../mappings/document-of.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const BASE = { resourceType: 'Observation', status: 'final', subject: { $ref: 'patient' }, code: '= code' };
const BY_ID = { identity: { by: ['id'] } };

const observation = (id: string, inside: string) =>
  `<observation><id root="1.2.3" extension="${id}"/><code code="1"/>${inside}</observation>`;
const part = (inside: string) => `<entryRelationship>${inside}</entryRelationship>`;

function named(made: readonly FhirResource[], id: string): Observation {
  const found = (made as Observation[]).find((one) => one.identifier?.[0]?.value === id);
  if (found === undefined) expect.fail(`there is no ${id}`);
  return found;
}

describe('what is made ahead of the walk', () => {
  it('is referred to, though something that failed had made it before', () => {
    const fails = {
      id: 'fails',
      on: ['observation'],
      resource: {
        resourceType: 'Observation',
        status: 'final',
        code: '= code',
        hasMember: { $made: '.' },
        'effective[x]': { $required: true, $from: 'effectiveTime' },
      },
    };
    const folder = observationSet(
      {
        ...BASE,
        identifier: '= id',
        focus: { $each: '.', $resource: 'fails' },
        hasMember: { $made: 'entryRelationship' },
      },
      { 'fails.json': fails },
      BY_ID,
    );
    const { bundle } = convertWith(folder, observation('a', part(observation('b', '')) + part(observation('c', ''))));
    const made = resourcesIn(bundle, 'Observation');
    expect(named(made, 'a').hasMember?.map(({ reference }) => reference)).to.deep.equal(
      ['b', 'c'].map((id) => `urn:uuid:${named(made, id).id ?? ''}`),
    );
  });

  it('is no deeper than the stack, however long a chain of references is', () => {
    const folder = observationSet(
      { ...BASE, derivedFrom: { $made: 'identified(reference/externalAct/id)' } },
      {},
      BY_ID,
    );
    const next = (number: number) =>
      `<reference><externalAct><id root="1.2.3" extension="o${number + 1}"/></externalAct></reference>`;
    const chain = Array.from(
      { length: 2000 },
      (_, number) => `<component>${observation(`o${number}`, next(number))}</component>`,
    );
    const { bundle } = convertWith(folder, `<organizer>${chain.join('')}</organizer>`);
    expect(resourcesIn(bundle, 'Observation')).to.have.length(2000);
  });
});

describe('a problem', () => {
  const concern = (id: string) =>
    `<act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3"/><id root="1.2.3.4.9" extension="C"/>
    <code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><effectiveTime><low value="20240301"/></effectiveTime>
    <entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4"/>
    <id root="1.2.3.4.9" extension="P"/><code code="55607006" codeSystem="2.16.840.1.113883.6.96"/><statusCode code="completed"/>
    <value xsi:type="CD" code="44054006" codeSystem="2.16.840.1.113883.6.96" displayName="Diabetes"/></observation></entryRelationship>
    <entryRelationship typeCode="REFR"><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.122"/>
    <id root="1.2.3.4.9" extension="${id}"/><code nullFlavor="NP"/><statusCode code="completed"/></act></entryRelationship></act>`;

  for (const id of ['C', 'P']) {
    it(`is no evidence of itself where its concern points at ${id === 'C' ? 'the concern' : 'the problem'}`, () => {
      const { bundle } = createConverter().convert(Buffer.from(documentOf({ xml: concern(id) })));
      const [condition] = resourcesIn(bundle, 'Condition') as Condition[];
      expect(condition).to.have.property('resourceType', 'Condition');
      expect(condition).not.to.have.property('evidence');
    });
  }
});

describe('lists of resources that become one', () => {
  it('say nothing twice, and the trace says where each thing stands', () => {
    const team = {
      id: 'team',
      on: ['organizer'],
      match: { where: 'id' },
      identity: { scope: 'document', by: ['id'] },
      resource: {
        resourceType: 'CareTeam',
        participant: {
          $each: 'participant',
          member: { $each: 'participantRole', $resource: 'organization' },
          period: '= time',
        },
      },
    };
    const organization = {
      id: 'organization',
      on: ['participantRole'],
      identity: { scope: 'document', by: ['id'] },
      resource: { resourceType: 'Organization', identifier: '= id' },
    };
    const folder = observationSet(BASE, { 'team.json': team, 'organization.json': organization }, BY_ID);
    const participant = (id: string) =>
      `<participant><time value="20240${id}"/><participantRole><id root="1.2.9" extension="${id}"/></participantRole></participant>`;
    const told = (...ids: string[]) =>
      `<organizer><id root="1.2.8" extension="T"/>${ids.map(participant).join('')}</organizer>`;
    const { bundle, trace } = convertWith(folder, told('101') + told('102', '102', '103'), { trace: true });
    const [one, ...others] = resourcesIn(bundle, 'CareTeam') as CareTeam[];
    expect(others).to.deep.equal([]);
    expect(one?.participant?.map(({ period }) => period?.start)).to.deep.equal([
      '2024-01-01',
      '2024-01-02',
      '2024-01-03',
    ]);
    const targets = trace.flatMap(({ target }) => /participant\[\d\]\.period\.start/.exec(target)?.[0] ?? []);
    expect(targets).to.deep.equal([0, 1, 1, 2].map((index) => `participant[${index}].period.start`));
  });
});
