import { expect } from 'chai';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { createConverter } from '../../src/convert.js';
import { convertWith, observationSet } from './mapping-folder.js';

const codes = {
  'issues.json': { codes: { 'status-contradicted': 'Two places disagree.', 'second-thing': 'Another.' } },
};
const contradicted = {
  code: 'status-contradicted',
  when: "statusCode/@code='active' and effectiveTime/high",
  places: ['statusCode', 'effectiveTime/high'],
  text: 'It is active and has ended.',
};
const observation = { resourceType: 'Observation', status: 'final', code: '= code' };
const statement = (inside: string) =>
  `<observation classCode="OBS" moodCode="EVN"><code code="1"/>${inside}</observation>`;
const both = statement('<statusCode code="active"/><effectiveTime><high value="2020"/></effectiveTime>');

describe('issues of a mapping', () => {
  const folder = (issues: object, more: object = {}) => observationSet(observation, { ...codes, ...more }, { issues });
  const told = (set: string, xml: string, options = {}) =>
    convertWith(set, xml, options).issues.filter(
      ({ code }) => code === 'status-contradicted' || code === 'second-thing',
    );

  it('name both places, with line, column and XPath', () => {
    const [issue, ...others] = told(folder({ contradicted }), `\n${both}`);
    expect(others).to.deep.equal([]);
    expect(issue).to.include({
      severity: 'warning',
      code: 'status-contradicted',
      text: 'It is active and has ended.',
      line: 2,
    });
    expect(issue?.path).to.match(/\/observation\/statusCode$/);
    expect(issue?.also).to.have.length(1);
    expect(issue?.also?.[0]).to.include({
      line: 2,
      column: (issue?.column ?? 0) + '<statusCode code="active"/><effectiveTime>'.length,
    });
    expect(issue?.also?.[0]?.path).to.match(/\/effectiveTime\/high$/);
  });

  it('are reported only if the condition holds', () => {
    expect(told(folder({ contradicted }), statement('<statusCode code="completed"/>'))).to.deep.equal([]);
  });

  it('have the place of the statement if they name none, and leave out a missing place', () => {
    const set = folder({ contradicted: { ...contradicted, when: 'code', places: ['value', 'statusCode'] } });
    const [issue] = told(set, both);
    expect(issue?.path).to.match(/\/statusCode$/);
    expect(issue).not.to.have.property('also');
    const [bare] = told(folder({ contradicted: { ...contradicted, when: 'code', places: [] } }), both);
    expect(bare?.path).to.match(/\/observation$/);
  });

  it('are reported for each of several nodes, evaluated from that node', () => {
    const set = folder({
      one: { code: 'second-thing', severity: 'information', each: 'value', when: "@code='x'", text: 'An x.' },
    });
    const xml = statement('<value code="x"/><value code="y"/><value code="x"/>');
    expect(told(set, xml).map(({ severity, path }) => [severity, path?.split('/').pop()])).to.deep.equal([
      ['information', 'value[1]'],
      ['information', 'value[3]'],
    ]);
  });

  it('do not count in the ledger, because the facts that an issue compares decide nothing', () => {
    const { ledger } = convertWith(folder({ contradicted }), both);
    const item = ledger.items.find(({ path }) => path.endsWith('statusCode/@code'));
    expect(item?.status).to.equal('unmapped');
  });

  it('of a fragment are reported where it is used, as elements and as a value', () => {
    const fragment = { title: 'f', on: ['observation'], value: { status: 'final' }, issues: { contradicted } };
    const used = { ...codes, 'fragments/shared.json': fragment };
    const elements = observationSet({ ...observation, $use: 'shared' }, used);
    expect(told(elements, both)).to.have.length(1);
    const value = {
      title: 'f',
      on: ['code'],
      value: '= .',
      issues: { one: { code: 'second-thing', each: '.', text: 'A code.' } },
    };
    const set = observationSet(
      { resourceType: 'Observation', status: 'final', code: { $each: 'code', $value: { $use: 'shared' } } },
      { ...codes, 'fragments/shared.json': value },
    );
    expect(told(set, both).map(({ path }) => path?.split('/').pop())).to.deep.equal(['code']);
  });

  it("are changed and taken out by a sender's patch", () => {
    const sender = { 'senders/acme/sender.json': { oids: [] } };
    const without = folder(
      { contradicted },
      { ...sender, 'senders/acme/observation.json': { issues: { contradicted: null } } },
    );
    expect(told(without, both)).to.have.length(1);
    expect(told(without, both, { sender: 'acme' })).to.deep.equal([]);
  });

  it('are checked when they are loaded', () => {
    const mistakes = (issues: unknown) => {
      try {
        createConverter({ mappings: observationSet(observation, codes, { issues }) });
      } catch (error) {
        if (error instanceof MappingError) return error.mistakes.map(({ message }) => message).join('; ');
        throw error;
      }
      return '';
    };
    expect(mistakes([contradicted])).to.contain('"issues" is an object');
    expect(mistakes({ one: 'text' })).to.contain('an issue is {');
    expect(mistakes({ one: { ...contradicted, code: 'status-contradictd' } })).to.contain(
      'did you mean status-contradicted',
    );
    expect(mistakes({ one: { ...contradicted, place: [] } })).to.contain('there is no "place" here');
    expect(mistakes({ one: { ...contradicted, severity: 'error' } })).to.contain('a severity is one of');
    expect(mistakes({ one: { ...contradicted, when: 'efectiveTime' } })).to.contain('effectiveTime');
    expect(mistakes({ one: { ...contradicted, places: ['count(value)'] } })).to.contain('a place is a node');
    expect(mistakes({ one: { ...contradicted, each: 'count(value)' } })).to.contain('"each" selects nodes');
    expect(mistakes({ one: { code: 'second-thing', when: 'code' } })).to.contain('say in "text"');
    expect(mistakes({ contradicted })).to.equal('');
  });

  it('have codes with a meaning, in lower case', () => {
    const set = observationSet(observation, { 'issues.json': { codes: { Bad_Code: 7 } } });
    expect(() => createConverter({ mappings: set })).to.throw(
      MappingError,
      /words in lower case[\s\S]*say what the code means/,
    );
  });
});
