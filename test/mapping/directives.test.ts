import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { convertWith, observationSet, resourcesIn } from './mapping-folder.js';

const BASE = { resourceType: 'Observation', status: 'final', subject: { $ref: 'patient' }, code: '= code' };

function observe(resource: object, xml: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { bundle } = convertWith(observationSet({ ...BASE, ...resource }, more), xml);
  return resourcesIn(bundle, 'Observation')[0] as unknown as Record<string, unknown>;
}

const observation = (inner: string, attributes = '') =>
  `<observation classCode="OBS" moodCode="EVN" ${attributes}><id root="1.2.3" extension="o"/><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"/>${inner}</observation>`;

describe('directives', () => {
  it('a selector is converted by the types of the element and of the source', () => {
    const made = observe(
      { 'value[x]': '= value', effectiveDateTime: '= effectiveTime' },
      observation('<effectiveTime value="20240102"/><value xsi:type="PQ" value="170" unit="cm"/>'),
    );
    expect(made.effectiveDateTime).to.equal('2024-01-02');
    expect(made.valueQuantity).to.include({ value: 170, code: 'cm' });
  });

  it('$first takes the first alternative that gives anything', () => {
    const note = { note: [{ text: { $first: ['= text', '= code/@displayName', 'none'] } }] };
    expect(observe(note, observation('')).note).to.deep.equal(undefined);
    expect(observe(note, observation('<text>short</text>')).note).to.deep.equal([{ text: 'short' }]);
  });

  it('an object whose selectors find nothing is left out with its literals', () => {
    const made = observe({ component: [{ code: { text: 'literal' }, valueString: '= text' }] }, observation(''));
    expect(made).to.not.have.property('component');
  });

  it('$when guards a literal, and counts the facts that decided as used', () => {
    const folder = observationSet({ ...BASE, note: [{ text: { $when: "@negationInd='true'", $value: 'negated' } }] });
    const { bundle, ledger } = convertWith(folder, observation('', 'negationInd="true"'));
    expect(resourcesIn(bundle, 'Observation')[0]).to.have.deep.property('note', [{ text: 'negated' }]);
    expect(ledger.items.filter((item) => item.path.endsWith('@negationInd'))).to.deep.equal([]);
    const positive = convertWith(folder, observation('', 'negationInd="false"'));
    expect(positive.ledger.rules['default-mood']).to.be.greaterThan(ledger.rules['default-mood'] ?? 0);
  });

  it('$each moves to each node, $sort and $pick choose among these', () => {
    const authors = ['20240301', '20230101', '20240201'].map(
      (time) =>
        `<author><time value="${time}"/><assignedAuthor><id root="1.2.4" extension="${time}"/></assignedAuthor></author>`,
    );
    const made = observe(
      { issued: { $each: 'author', $sort: 'time/@value', $pick: 'last', $value: '= time' } },
      observation(authors.join('')),
    );
    expect(JSON.stringify(made._issued)).to.contain('20240301');
  });

  it('$each $sort compares times as moments, whatever their offset', () => {
    const authors = ['20240301120000-0500', '20240301150000+0000'].map(
      (time) => `<author><time value="${time}"/><assignedAuthor><id root="1.2"/></assignedAuthor></author>`,
    );
    const made = observe(
      { issued: { $each: 'author', $sort: 'time/@value', $pick: 'last', $value: '= time' } },
      observation(authors.join('')),
    );
    expect(made.issued).to.equal('2024-03-01T12:00:00-05:00');
  });

  it('$without is skipped if another element has a value, and $present does not count a reason for absence as a value', () => {
    const resource = {
      ...BASE,
      'value[x]': { $from: 'value', $present: true },
      dataAbsentReason: { $without: 'value[x]', $code: 'unknown' },
    };
    const absent = { coding: [{ code: 'unknown' }] };
    const reasonOf = (xml: string) => {
      const { valueInteger, dataAbsentReason } = observe(resource, observation(xml));
      const { coding } = (dataAbsentReason ?? {}) as { coding?: { code: string }[] };
      return { valueInteger, ...(coding === undefined ? {} : { coding: coding.map(({ code }) => ({ code })) }) };
    };
    expect(reasonOf('<value xsi:type="INT" value="7"/>')).to.deep.equal({ valueInteger: 7 });
    expect(reasonOf('<value xsi:type="INT" nullFlavor="UNK"/>')).to.deep.equal({ valueInteger: undefined, ...absent });
    expect(reasonOf('')).to.deep.equal({ valueInteger: undefined, ...absent });
  });

  it('$beside adds to an element with a value, not to one with only a reason for absence', () => {
    const resource = {
      ...BASE,
      'value[x]': { $from: 'value' },
      interpretation: { $beside: 'value[x]', $value: [{ text: '= code/@code' }] },
    };
    const interpretationOf = (xml: string) => observe(resource, observation(xml)).interpretation;
    expect(interpretationOf('<value xsi:type="INT" value="7"/>')).to.not.equal(undefined);
    expect(interpretationOf('<value xsi:type="INT" nullFlavor="UNK"/>')).to.equal(undefined);
    expect(interpretationOf('')).to.equal(undefined);
  });

  it('`_name` of a repeating element stands beside its first value', () => {
    const resource = {
      resourceType: 'AllergyIntolerance',
      patient: { $ref: 'patient' },
      category: ['food', 'medication'],
      _category: {
        $beside: 'category',
        extension: [{ url: 'http://example.org/kind', valueString: '= code/@code' }],
      },
    };
    const folder = observationSet(resource);
    const { bundle } = convertWith(folder, observation(''));
    expect(resourcesIn(bundle, 'AllergyIntolerance')[0]).to.deep.include({
      category: ['food', 'medication'],
      _category: [{ extension: [{ url: 'http://example.org/kind', valueString: '8302-2' }] }, null],
    });
  });

  it('$map with $pick takes the first code that has a target, and with $maybe gives no issue', () => {
    const map = {
      resourceType: 'ConceptMap',
      url: 'urn:test:map',
      status: 'active',
      group: [{ target: 'urn:test:kinds', element: [{ code: 'b', target: [{ code: 'B', equivalence: 'wider' }] }] }],
    };
    const category = { category: { $from: 'code/translation', $map: 'map', $maybe: true, $pick: 'first' } };
    const folder = observationSet({ ...BASE, ...category }, { 'conceptmaps/map.json': map });
    const codes = ['a', 'b', 'b'].map((code) => `<translation code="${code}"/>`).join('');
    const { bundle, issues } = convertWith(folder, `<observation><code code="x">${codes}</code></observation>`);
    expect(resourcesIn(bundle, 'Observation')[0]).to.have.deep.property('category', [
      { coding: [{ system: 'urn:test:kinds', code: 'B' }] },
    ]);
    expect(issues.filter(({ code }) => code === 'unmapped-code')).to.deep.equal([]);
  });

  it('$map translates, reports a code without a target, and counts a difference that is lost as dropped', () => {
    const map = {
      resourceType: 'ConceptMap',
      url: 'urn:test:map',
      status: 'active',
      group: [
        {
          target: 'http://hl7.org/fhir/observation-status',
          element: [
            { code: 'completed', target: [{ code: 'final', equivalence: 'equivalent' }] },
            { code: 'done', target: [{ code: 'final', equivalence: 'wider' }] },
          ],
        },
      ],
    };
    const folder = observationSet(
      { ...BASE, status: { $first: [{ $from: 'statusCode', $map: 'status' }, { $value: 'unknown' }] } },
      { 'conceptmaps/status.json': map },
    );
    const status = (code: string) => convertWith(folder, observation(`<statusCode code="${code}"/>`));
    expect(resourcesIn(status('completed').bundle, 'Observation')[0]).to.include({ status: 'final' });
    expect(resourcesIn(status('odd').bundle, 'Observation')[0]).to.include({ status: 'unknown' });
    expect(status('odd').issues.map((issue) => issue.code)).to.include('unmapped-code');
    expect(status('done').ledger.items.find((item) => item.path.endsWith('statusCode/@code'))).to.include({
      status: 'dropped',
    });
  });

  it('$code takes its system from the binding of the element', () => {
    expect(observe({ dataAbsentReason: { $code: 'asked-unknown' } }, observation('')).dataAbsentReason).to.deep.equal({
      coding: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason',
          code: 'asked-unknown',
          display: 'Asked But Unknown',
        },
      ],
    });
  });

  it('$absent says why there is no value', () => {
    const made = observe(
      { effectiveDateTime: { $first: ['= effectiveTime', { $absent: 'unknown' }] } },
      observation(''),
    );
    expect(made._effectiveDateTime).to.deep.equal({
      extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }],
    });
  });

  it('$absent with a selector gives the reason of the element’s nullFlavor', () => {
    const said = (time: string) =>
      observe(
        { effectiveDateTime: { $first: [{ $absent: '= effectiveTime' }, { $absent: 'unknown' }] } },
        observation(time),
      )._effectiveDateTime as { extension: { valueCode: string }[] };
    expect(said('<effectiveTime nullFlavor="MSK"/>').extension[0]?.valueCode).to.equal('masked');
    expect(said('<effectiveTime nullFlavor="NI"/>').extension.map(({ valueCode }) => valueCode)).to.deep.equal([
      'unknown',
      'NI',
    ]);
    expect(said('').extension[0]?.valueCode).to.equal('unknown');
  });

  it('a resource without a required element is not made, and an issue says so', () => {
    const folder = observationSet({ ...BASE, note: { $required: true, $each: 'text', text: '= .' } });
    const { bundle, issues } = convertWith(folder, observation(''));
    expect(resourcesIn(bundle, 'Observation')).to.have.length(0);
    expect(issues.map((issue) => issue.code)).to.include('missing-required');
  });

  it('$resource makes another resource, once, and leaves a Reference', () => {
    const made = observe(
      { specimen: { $each: 'specimen/specimenRole', $resource: 'specimen' } },
      observation('<specimen><specimenRole><id root="1.2.5" extension="s"/></specimenRole></specimen>'),
      {
        'specimen.json': {
          id: 'specimen',
          on: ['specimenRole'],
          resource: { resourceType: 'Specimen', identifier: '= id' },
        },
      },
    );
    expect(made.specimen)
      .to.have.property('reference')
      .that.matches(/^urn:uuid:/);
  });

  it('$use adds the elements of a fragment that the object does not state itself', () => {
    const made = observe({ $use: 'common', method: { text: 'own' } }, observation(''), {
      'fragments/common.json': { title: 'common', value: { method: { text: 'shared' }, bodySite: { text: 'shared' } } },
    });
    expect(made.method).to.deep.equal({ text: 'own' });
    expect(made.bodySite).to.deep.equal({ text: 'shared' });
  });

  it('$use applies repeats and ignore of a fragment if the fragment gives something', () => {
    const folder = observationSet(
      { resourceType: 'Observation', status: 'final', subject: { $ref: 'patient' }, code: { $use: 'kind' } },
      {
        'fragments/kind.json': {
          title: 'kind',
          value: '= code',
          repeats: { 'methodCode/@code': 'code/@code' },
          ignore: { repeatNumber: 'it was done once' },
        },
      },
    );
    const left = (inner: string) =>
      Object.fromEntries(
        convertWith(folder, observation(inner)).ledger.items.map(({ path, status }) => [
          path.replace(/^.*\/([^/]+\/)/, '$1').replace(/\[\d+\]/g, ''),
          status,
        ]),
      );
    const items = left('<methodCode code="8302-2"/><repeatNumber value="1"/>');
    expect(items).to.not.have.property('methodCode/@code');
    expect(items).to.have.property('repeatNumber/@value', 'dropped');
    expect(left('<methodCode code="8310-5"/>')).to.have.property('methodCode/@code', 'unmapped');
  });

  it('a repeated coding is there once', () => {
    const coding = '<value xsi:type="CD" code="a" codeSystem="1.2.3" displayName="A"/>';
    const made = observe({ interpretation: { coding: '= value' } }, observation(coding + coding));
    expect(made.interpretation).to.have.nested.property('[0].coding').with.lengthOf(1);
  });

  it('_name adds an extension to a primitive', () => {
    const made = observe(
      {
        effectiveDateTime: '= effectiveTime',
        _effectiveDateTime: { extension: [{ url: 'urn:test', valueString: '= text' }] },
      },
      observation('<text>about noon</text><effectiveTime value="20240102"/>'),
    );
    expect(made._effectiveDateTime).to.deep.equal({ extension: [{ url: 'urn:test', valueString: 'about noon' }] });
  });

  it('$map checks whether the names beside a code belong to it', () => {
    const map = {
      resourceType: 'ConceptMap',
      url: 'urn:test:course',
      status: 'active',
      group: [
        {
          source: 'http://snomed.info/sct',
          target: 'http://terminology.hl7.org/CodeSystem/condition-clinical',
          element: [{ code: '73425007', display: 'Inactive', target: [{ code: 'inactive', equivalence: 'equal' }] }],
        },
      ],
    };
    const folder = observationSet(
      { ...BASE, valueCodeableConcept: { $from: 'value', $map: 'course' } },
      { 'conceptmaps/course.json': map },
    );
    const unread = (names: string) =>
      convertWith(
        folder,
        observation(`<value xsi:type="CD" code="73425007" codeSystem="2.16.840.1.113883.6.96" ${names}/>`),
      )
        .ledger.items.filter(({ path }) => path.includes('/value/'))
        .map(({ path }) => path.slice(path.lastIndexOf('@')));
    expect(unread('displayName="inactive" codeSystemName="SNOMED CT"')).to.deep.equal([]);
    expect(unread('displayName="Active" codeSystemName="LOINC"')).to.deep.equal(['@displayName', '@codeSystemName']);
  });

  it('repeats counts a fact as used if the other place says the same and is in the Bundle', () => {
    const folder = observationSet(
      { ...BASE, effectiveDateTime: '= effectiveTime' },
      {},
      { repeats: { 'author/time': 'effectiveTime', 'interpretationCode/@code': 'methodCode/@code' } },
    );
    const left = (inner: string) =>
      convertWith(folder, observation(inner)).ledger.items.flatMap(
        ({ path }) => /observation.*(author|interpretation)/.exec(path)?.[1] ?? [],
      );
    const at = (time: string) => `<effectiveTime value="20240102"/><author><time value="${time}"/></author>`;
    expect(left(at('20240102'))).to.deep.equal([]);
    expect(left(at('20240103'))).to.deep.equal(['author']);
    // Both say the same, and neither is in the Bundle.
    expect(left('<interpretationCode code="a"/><methodCode code="a"/>')).to.deep.equal(['interpretation']);
  });

  it('$use gives each element its own targets, even if two have the same name', () => {
    const who = { $each: 'author/assignedAuthor', $use: 'who' };
    const folder = observationSet(
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        medicationCodeableConcept: '= code',
        subject: { $ref: 'patient' },
        performer: who,
        dispenseRequest: { performer: who },
      },
      {
        'fragments/who.json': {
          title: 'who',
          on: ['assignedAuthor'],
          value: { $first: [{ $resource: 'person' }, { $each: 'representedOrganization', $resource: 'organization' }] },
        },
        'person.json': {
          id: 'person',
          on: ['assignedAuthor'],
          resource: { resourceType: 'Practitioner', identifier: '= id' },
        },
        'organization.json': {
          id: 'organization',
          on: ['representedOrganization'],
          resource: { resourceType: 'Organization', name: '= name' },
        },
      },
    );
    const author =
      '<author><assignedAuthor><id root="1.2.4"/><representedOrganization><name>Elm</name></representedOrganization></assignedAuthor></author>';
    const { bundle } = convertWith(folder, observation(author));
    const made = resourcesIn(bundle, 'MedicationRequest')[0];
    const idOf = (type: string) => `urn:uuid:${resourcesIn(bundle, type)[0]?.id ?? ''}`;
    expect(made).to.have.nested.property('performer.reference', idOf('Practitioner'));
    expect(made).to.have.nested.property('dispenseRequest.performer.reference', idOf('Organization'));
  });

  describe('let', () => {
    const names = { let: { result: "entryRelationship/observation[code/@code='r']", value: '$result/value' } };
    const inner = (value: string) =>
      `<entryRelationship typeCode="COMP"><observation classCode="OBS" moodCode="EVN"><code code="r"/><value xsi:type="ST">${value}</value></observation></entryRelationship>`;

    it('gives names to nodes, starting from the element of the mapping even where selectors start elsewhere', () => {
      const folder = observationSet(
        {
          ...BASE,
          note: [
            { text: '= $value' },
            { $each: 'text', text: "= concat(., ' and ', $value)" },
            { $each: '$result', text: '= code/@code' },
          ],
        },
        {},
        { ...names, match: { where: 'code and $result' } },
      );
      const { bundle, ledger } = convertWith(folder, observation(`<text>one</text>${inner('two')}`));
      expect(resourcesIn(bundle, 'Observation')[0]).to.have.deep.property('note', [
        { text: 'two' },
        { text: 'one and two' },
        { text: 'r' },
      ]);
      // What led to the nodes decided, as if it were spelt out.
      expect(ledger.items.filter(({ path }) => path.includes('entryRelationship'))).to.deep.equal([]);
      expect(resourcesIn(convertWith(folder, observation('')).bundle, 'Observation')).to.deep.equal([]);
    });

    it('in a fragment starts where the fragment is used', () => {
      const note = { title: 'note', let: { words: 'text' }, value: { text: "= concat('said: ', $words)" } };
      const made = observe(
        { note: [{ $use: 'note' }, { $each: 'entryRelationship/act', $use: 'note' }] },
        observation(
          '<text>one</text><entryRelationship typeCode="COMP"><act classCode="ACT" moodCode="EVN"><code code="a"/><text>two</text></act></entryRelationship>',
        ),
        { 'fragments/note.json': note },
      );
      expect(made.note).to.deep.equal([{ text: 'said: one' }, { text: 'said: two' }]);
    });

    for (const [what, declared, message] of [
      ['a name that nothing uses', { other: 'text' }, /nothing here names \$other/],
      ['what is no selector of nodes', { value: "'text'" }, /stands for nodes/],
      ['a path that CDA has not', { value: 'entryRelationship/telecom' }, /no element telecom/],
      ['a name that comes later', { value: '$later', later: 'text' }, /Unknown variable \$later/],
    ] as const) {
      it(`refuses ${what}`, () => {
        const folder = observationSet({ ...BASE, note: [{ text: '= $value' }] }, {}, { let: declared });
        expect(() => createConverter({ mappings: folder })).to.throw(message);
      });
    }

    it('checks the path after a name against the CDA model', () => {
      const folder = observationSet(
        { ...BASE, note: [{ text: '= $value' }, { text: '= $result/telecom' }] },
        {},
        names,
      );
      expect(() => createConverter({ mappings: folder })).to.throw(/no element telecom/);
    });
  });

  it('match has the shared conditions of alternatives once', () => {
    const folder = observationSet(
      { ...BASE },
      {},
      {
        match: { where: 'not(@nullFlavor)', any: [{ template: '1.2.3' }, { where: 'value' }] },
      },
    );
    const made = (inner: string, attributes = '') =>
      resourcesIn(convertWith(folder, observation(inner, attributes)).bundle, 'Observation').length;
    expect(made('<templateId root="1.2.3"/>')).to.equal(1);
    expect(made('<value xsi:type="ST">v</value>')).to.equal(1);
    expect(made('')).to.equal(0);
    expect(made('<value xsi:type="ST">v</value>', 'nullFlavor="UNK"')).to.equal(0);
  });
});
