import { expect } from 'chai';
import type { CareTeam, FhirResource, Observation } from 'fhir/r4.js';
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

/** What a mapping with these elements makes of the observations of a document, in its order. */
function observations(elements: object, document: string): Observation[] {
  const { bundle } = convertWith(observationSet({ ...BASE, ...elements }, {}, BY_ID), document);
  return resourcesIn(bundle, 'Observation') as Observation[];
}

const addressOf = (resource: FhirResource | undefined) => `urn:uuid:${resource?.id ?? ''}`;
const AROUND = { $made: 'parent::entryRelationship/parent::observation', $reach: 'itself' };
const INSIDE = { $made: 'entryRelationship' };

describe('$made', () => {
  it('also refers to the resources of statements inside the current one', () => {
    const [outer, inner] = observations({ hasMember: INSIDE }, observation('o', part(observation('i', ''))));
    expect(outer).to.have.nested.property('hasMember[0].reference', addressOf(inner));
  });

  it('refers to the statement around this one, although that is not yet complete', () => {
    const [outer, inner] = observations(
      { hasMember: INSIDE, focus: AROUND },
      observation('o', part(observation('i', ''))),
    );
    expect(inner).to.have.nested.property('focus[0].reference', addressOf(outer));
    expect(outer).not.to.have.property('focus');
  });

  it('does not refer to a statement around this one that lacks a required element', () => {
    const made = observations(
      { hasMember: INSIDE, focus: AROUND, 'effective[x]': { $required: true, $from: 'effectiveTime' } },
      observation('o', part(observation('i', '<effectiveTime value="2024"/>'))),
    );
    expect(made).to.have.length(1);
    expect(made[0]).to.have.property('effectiveDateTime', '2024');
    expect(made[0]).not.to.have.property('focus');
  });

  it('gives each statement only the resources made inside of it, unless it reaches all', () => {
    const [outer, middle] = observations(
      { hasMember: INSIDE, derivedFrom: { ...INSIDE, $reach: 'all' } },
      observation('o', part(observation('a', part(observation('b', ''))))),
    );
    expect(outer).to.have.nested.property('hasMember[0].reference', addressOf(middle));
    expect(outer).to.have.property('hasMember').with.length(1);
    expect(outer).to.have.property('derivedFrom').with.length(2);
  });
});

describe('a resource made ahead of the walk', () => {
  it('can be referred to, even if a failed attempt had made it before', () => {
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
      ['b', 'c'].map((id) => addressOf(named(made, id))),
    );
  });

  it('does not overflow the stack, however long a chain of references is', () => {
    const next = (number: number) =>
      `<reference><externalAct><id root="1.2.3" extension="o${number + 1}"/></externalAct></reference>`;
    const chain = Array.from(
      { length: 2000 },
      (_, number) => `<component>${observation(`o${number}`, next(number))}</component>`,
    );
    const made = observations(
      { derivedFrom: { $made: 'identified(reference/externalAct/id)' } },
      `<organizer>${chain.join('')}</organizer>`,
    );
    expect(made).to.have.length(2000);
  });
});

describe('lists of resources that become one', () => {
  it('have each item once, and the trace has the place of each item', () => {
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
    const starts = trace.filter(({ target }) => /participant\[\d\]\.period\.start$/.test(target));
    expect(starts.map(({ target }) => target.replace(/^[^.]*\./, ''))).to.deep.equal(
      [0, 1, 2].map((index) => `participant[${index}].period.start`),
    );
    // Two participants say the second one.
    expect(starts.map(({ sources }) => sources.length)).to.deep.equal([1, 2, 1]);
  });
});
