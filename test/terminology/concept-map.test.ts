import { expect } from 'chai';
import { compileConceptMap } from '../../src/terminology/concept-map.js';

const SOURCE = 'http://terminology.hl7.org/CodeSystem/v3-ActStatus';
const TARGET = 'http://hl7.org/fhir/event-status';

function conceptMap(...group: unknown[]): unknown {
  return { resourceType: 'ConceptMap', url: 'urn:test:map', status: 'active', group };
}

function element(code: string, target: string, equivalence = 'equivalent'): unknown {
  return { code, target: [{ code: target, equivalence }] };
}

describe('ConceptMap', () => {
  it('translates a code to its target with system, display and equivalence', () => {
    const table = compileConceptMap(
      conceptMap({
        source: SOURCE,
        target: TARGET,
        element: [{ code: 'completed', target: [{ code: 'completed', display: 'Completed', equivalence: 'equal' }] }],
      }),
    );
    expect(table.translate('completed', SOURCE)).to.deep.equal({
      system: TARGET,
      code: 'completed',
      display: 'Completed',
      place: '/group/0/element/0',
      equivalence: 'equal',
      lossy: false,
    });
    expect(table.url).to.equal('urn:test:map');
  });

  it('has no target for a code that no element names', () => {
    const table = compileConceptMap(conceptMap({ source: SOURCE, element: [element('completed', 'completed')] }));
    expect(table.translate('held', SOURCE)).to.equal(undefined);
    expect(table.translate('constructor')).to.equal(undefined);
  });

  it('compares words of a group without a system in any letter case, and codes of a system exactly', () => {
    const table = compileConceptMap(
      conceptMap(
        { source: SOURCE, element: [element('held', 'on-hold')] },
        { element: [element('final', 'completed')] },
      ),
    );
    expect(table.translate('FINAL', SOURCE)?.place).to.equal('/group/1/element/0');
    expect(table.has('Final', SOURCE)).to.equal(true);
    expect(table.translate('Held', SOURCE)).to.equal(undefined);
  });

  it('looks only into the groups of the given system', () => {
    const table = compileConceptMap(
      conceptMap(
        { source: 'urn:a', element: [element('1', 'from-a')] },
        { source: 'urn:b', element: [element('1', 'from-b'), element('2', 'two')] },
      ),
    );
    expect(table.translate('1', 'urn:b')?.code).to.equal('from-b');
    expect(table.translate('2', 'urn:a')).to.equal(undefined);
    expect(table.translate('1', 'urn:c')).to.equal(undefined);
  });

  it('looks into every group if the code has no system, and takes the first that has it', () => {
    const table = compileConceptMap(
      conceptMap(
        { source: 'urn:a', element: [element('1', 'from-a')] },
        { source: 'urn:b', element: [element('1', 'from-b'), element('2', 'two')] },
      ),
    );
    expect(table.translate('1')?.code).to.equal('from-a');
    expect(table.translate('2')?.code).to.equal('two');
  });

  it('finds a code in a group without source whatever the system', () => {
    const table = compileConceptMap(
      conceptMap(
        { source: SOURCE, element: [element('active', 'in-progress')] },
        { element: [element('Active', 'in-progress', 'inexact')] },
      ),
    );
    expect(table.translate('Active', SOURCE)).to.deep.equal({
      code: 'in-progress',
      place: '/group/1/element/0',
      equivalence: 'inexact',
      lossy: true,
    });
    expect(table.translate('active', SOURCE)?.lossy).to.equal(false);
  });

  it('ignores the version of a system, in the map and in the request', () => {
    const table = compileConceptMap(
      conceptMap({ source: `${SOURCE}|4.0.0`, target: `${TARGET}|4.0.1`, element: [element('active', 'in-progress')] }),
    );
    expect(table.translate('active', SOURCE)?.system).to.equal(TARGET);
    expect(table.translate('active', `${SOURCE}|2.1.0`)?.code).to.equal('in-progress');
  });

  it('calls a translation lossy if another code of the group has the same target', () => {
    const table = compileConceptMap(
      conceptMap({
        source: SOURCE,
        element: [element('held', 'on-hold'), element('suspended', 'on-hold'), element('active', 'in-progress')],
      }),
    );
    expect(table.translate('held')?.lossy).to.equal(true);
    expect(table.translate('suspended')?.lossy).to.equal(true);
    expect(table.translate('active')?.lossy).to.equal(false);
  });

  it('does not call the only exact source of a target lossy because of inexact sources', () => {
    const table = compileConceptMap(
      conceptMap({ source: SOURCE, element: [element('suspended', 'on-hold'), element('held', 'on-hold', 'wider')] }),
    );
    expect(table.translate('suspended')?.lossy).to.equal(false);
    expect(table.translate('held')?.lossy).to.equal(true);
  });

  it('calls a translation lossy if the meanings differ', () => {
    for (const equivalence of ['wider', 'narrower', 'inexact', 'relatedto', 'subsumes', 'specializes']) {
      const table = compileConceptMap(conceptMap({ element: [element('a', 'b', equivalence)] }));
      expect(table.translate('a')?.lossy, equivalence).to.equal(true);
    }
    for (const equivalence of ['equal', 'equivalent']) {
      const table = compileConceptMap(conceptMap({ element: [element('a', 'b', equivalence)] }));
      expect(table.translate('a')?.lossy, equivalence).to.equal(false);
    }
  });

  it('gives no target if the map says that there is none, not even the target for unknown codes', () => {
    const table = compileConceptMap(
      conceptMap({
        element: [{ code: 'none', target: [{ equivalence: 'unmatched' }] }, { code: 'empty' }],
        unmapped: { mode: 'fixed', code: 'unknown' },
      }),
    );
    expect(table.translate('none')).to.equal(undefined);
    expect(table.translate('empty')).to.equal(undefined);
    expect(table.has('none')).to.equal(true);
  });

  it('takes the first valid target', () => {
    const target = [
      { code: 'no', equivalence: 'disjoint' },
      { code: 'yes', equivalence: 'wider' },
    ];
    expect(compileConceptMap(conceptMap({ element: [{ code: 'a', target }] })).translate('a')?.code).to.equal('yes');
  });

  describe('with a rule for unknown codes', () => {
    it('gives all unknown codes one code, always lossy', () => {
      const table = compileConceptMap(
        conceptMap({
          source: SOURCE,
          target: TARGET,
          element: [element('completed', 'completed')],
          unmapped: { mode: 'fixed', code: 'unknown', display: 'Unknown' },
        }),
      );
      expect(table.translate('invented', SOURCE)).to.deep.equal({
        system: TARGET,
        code: 'unknown',
        display: 'Unknown',
        place: '/group/0/unmapped',
        equivalence: 'inexact',
        lossy: true,
      });
      expect(table.has('invented', SOURCE)).to.equal(false);
      expect(table.translate('completed')?.lossy).to.equal(false);
    });

    it('applies the rule only after looking into every group', () => {
      const table = compileConceptMap(
        conceptMap(
          { source: SOURCE, element: [element('a', 'x')], unmapped: { mode: 'fixed', code: 'unknown' } },
          { element: [element('b', 'y')] },
        ),
      );
      expect(table.translate('b', SOURCE)?.code).to.equal('y');
      expect(table.translate('c', SOURCE)?.code).to.equal('unknown');
      expect(table.translate('c', 'urn:other')).to.equal(undefined);
    });

    it('keeps the code as provided, in its own system', () => {
      const table = compileConceptMap(
        conceptMap({ source: 'urn:a', element: [element('1', 'one')], unmapped: { mode: 'provided' } }),
      );
      const kept = { system: 'urn:a', code: '2', place: '/group/0/unmapped', equivalence: 'equal', lossy: false };
      expect(table.translate('2', 'urn:a')).to.deep.equal(kept);
      expect(table.translate('2')).to.deep.equal(kept);
    });

    it('uses another map, and does not run in circles', () => {
      const other = compileConceptMap(conceptMap({ element: [element('2', 'two')] }));
      const group = { element: [element('1', 'one')], unmapped: { mode: 'other-map', url: 'urn:test:other' } };
      expect(
        compileConceptMap(conceptMap(group), (url) => (url === 'urn:test:other' ? other : undefined)).translate('2')
          ?.code,
      ).to.equal('two');
      expect(compileConceptMap(conceptMap(group)).translate('2')).to.equal(undefined);

      const circle = compileConceptMap(conceptMap(group), () => circle);
      expect(circle.translate('2')).to.equal(undefined);
      expect(circle.translate('1')?.code).to.equal('one');
    });
  });

  it('lists every possible target', () => {
    const table = compileConceptMap(
      conceptMap({
        target: TARGET,
        element: [element('a', 'x'), { code: 'b' }],
        unmapped: { mode: 'fixed', code: 'y' },
      }),
    );
    expect(table.targets.map(({ system, code }) => [system, code])).to.deep.equal([
      [TARGET, 'x'],
      [TARGET, 'y'],
    ]);
  });

  it('refuses a file that is not a ConceptMap, with every mistake and its path', () => {
    const mistakes = (resource: unknown): string[] => {
      try {
        compileConceptMap(resource);
      } catch (error) {
        return (error as Error).message.split('\n');
      }
      return [];
    };
    expect(mistakes(null)).to.deep.equal(['ConceptMap: must be an object']);
    expect(mistakes({ resourceType: 'ValueSet', url: 'urn:x', status: 'active' })).to.deep.equal([
      'ConceptMap.resourceType: must be "ConceptMap"',
      'ConceptMap.group: is missing',
    ]);
    expect(
      mistakes(
        conceptMap(
          {
            element: [
              { code: 'a', target: [{ code: 'x' }, { equivalence: 'same', code: 'y' }] },
              { code: 'a', target: [{ equivalence: 'equal' }] },
              { code: 7 },
              'b',
              { code: 'c', target: [{ code: 'z', equivalence: 'wider', dependsOn: [{}] }] },
            ],
            unmapped: { mode: 'fixed' },
          },
          { source: '', element: [], unmapped: { mode: 'other' } },
          { element: [{ code: 'q' }], unmapped: { mode: 'other-map' } },
        ),
      ),
    ).to.deep.equal([
      'ConceptMap.group[0].element[3]: must be an object',
      'ConceptMap.group[0].element[0].target[0].equivalence: is missing',
      'ConceptMap.group[0].element[0].target[1].equivalence: must be one of relatedto, equivalent, equal, wider, subsumes, narrower, specializes, inexact, unmatched, disjoint',
      'ConceptMap.group[0].element[1].code: "a" stands in this group already',
      'ConceptMap.group[0].element[1].target[0].code: is missing',
      'ConceptMap.group[0].element[2].code: must be a text that is not empty',
      'ConceptMap.group[0].element[4].target[0].dependsOn: is not supported; say the condition in the mapping',
      'ConceptMap.group[0].unmapped.code: is missing',
      'ConceptMap.group[1].source: must be a text that is not empty',
      'ConceptMap.group[1].element: must be an array that is not empty',
      'ConceptMap.group[1].unmapped.mode: must be one of provided, fixed, other-map',
      'ConceptMap.group[2].unmapped.url: is missing',
    ]);
  });
});
