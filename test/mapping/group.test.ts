import { expect } from 'chai';
import { createConverter } from '../../src/convert.js';
import { convertWith, mappingFolder, observationSet, resourcesIn } from './mapping-folder.js';

const half = (code: string, value: number, time = '', id = `${code}${value}`) =>
  `<observation classCode="OBS" moodCode="EVN"><id root="1.2.840.1" extension="${id}"/><code code="${code}"/>` +
  `${time === '' ? '' : `<effectiveTime value="${time}"/>`}<value xsi:type="INT" value="${value}"/></observation>`;
const inOrganizer = (...halves: string[]) =>
  `<organizer classCode="CLUSTER" moodCode="EVN"><id root="1.2.840.2"/>${halves.map((h) => `<component>${h}</component>`).join('')}</organizer>`;

const group = {
  within: 'ancestor::section[1]',
  of: 'entry//observation',
  by: [{ in: 'ancestor::entry[1]', text: 'effectiveTime/@value' }, 'effectiveTime/@value'],
  apart: 'code/@code',
  main: "code/@code='s'",
};

const folder = (rule: object = group) =>
  observationSet(
    {
      resourceType: 'Observation',
      status: 'final',
      identifier: '= group()/id',
      code: '= code',
      valueString: { $from: 'group()/value/@value', $join: '/' },
    },
    {
      'organizer.json': {
        id: 'organizer',
        on: ['organizer'],
        match: { where: 'component' },
        resource: {
          resourceType: 'DiagnosticReport',
          status: 'final',
          code: { text: 'panel' },
          result: { $each: 'component/observation', $resource: 'observation' },
        },
      },
    },
    { group: rule, identity: { by: ['group()/id'] } },
  );

function pairs(entries: readonly string[], rule?: object): (string | undefined)[] {
  const section = `<component><section><code code="8716-3"/><text>x</text>${entries.map((e) => `<entry>${e}</entry>`).join('')}</section></component>`;
  const { bundle } = convertWith(folder(rule), { sections: section });
  return resourcesIn(bundle, 'Observation').map((r) => (r as { valueString?: string }).valueString);
}

describe('a group', () => {
  it('is one resource, which is referred to once and has all its ids', () => {
    const { bundle } = convertWith(folder(), inOrganizer(half('s', 120, '20240101'), half('d', 80, '20240101')));
    const [report] = resourcesIn(bundle, 'DiagnosticReport') as { result: unknown[] }[];
    const [pair, ...others] = resourcesIn(bundle, 'Observation') as { identifier: { value: string }[] }[];
    expect(report!.result).to.have.length(1);
    expect(others).to.deep.equal([]);
    expect(pair!.identifier.map(({ value }) => value)).to.deep.equal(['s120', 'd80']);
  });

  it('never has two members that must stay apart, and pairs members in order', () => {
    const times = Array<string>(4).fill('20240101');
    const halves = [
      half('s', 120, times[0]),
      half('s', 140, times[1]),
      half('d', 80, times[2]),
      half('d', 90, times[3]),
    ];
    expect(pairs([inOrganizer(...halves)])).to.deep.equal(['120/80', '140/90']);
  });

  it('uses the strictest rule that pairs a node, and a laxer rule only for the remaining nodes', () => {
    const first = inOrganizer(half('s', 120, '20240101'));
    const second = inOrganizer(half('s', 140, '20240101'), half('d', 90, '20240101'));
    expect(pairs([first, second, half('d', 80, '20240101')])).to.have.members(['120/80', '140/90']);
  });

  it('leaves a node without text out of a rule about text, but not out of a rule about the same element', () => {
    expect(pairs([half('s', 120), half('d', 80)])).to.have.members(['120', '80']);
    expect(pairs([inOrganizer(half('s', 120), half('d', 80))])).to.deep.equal(['120/80']);
  });

  it('is made from its main member, wherever that is', () => {
    const { bundle } = convertWith(folder(), inOrganizer(half('d', 80, '20240101'), half('s', 120, '20240101')));
    expect(resourcesIn(bundle, 'Observation').map((r) => (r as { code: object }).code)).to.deep.equal([
      { coding: [{ code: 's' }] },
    ]);
  });

  it('that is misspelt is refused with the place of the mistake', () => {
    const load = (rule: object) => () => createConverter({ mappings: folder(rule) });
    expect(load({ ...group, wihtin: 'x' })).to.throw('there is no "wihtin" here');
    expect(load({ ...group, within: 'count(entry)' })).to.throw('this selects nodes');
    expect(load({ ...group, by: [{ in: 'ancestor::entry[1]', txt: 'x' }] })).to.throw('there is no "txt" here');
    expect(() =>
      createConverter({
        mappings: mappingFolder({
          'a.json': {
            id: 'a',
            on: ['observation'],
            match: { where: 'code' },
            group: 7,
            resource: { resourceType: 'Observation', status: 'final' },
          },
        }),
      }),
    ).to.throw('"group" is');
  });
});
