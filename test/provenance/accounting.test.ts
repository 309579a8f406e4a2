import { expect } from 'chai';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';

const TEMPLATES = {
  'templates.json': {
    templates: {
      '1.2.3.1': { moodCode: 'GOL', code: 'ASSERTION', statusCode: 'completed' },
      '1.2.3.2': { frame: 'it only wraps' },
      '1.2.3.3': { code: 'AGE', statusCode: 'completed' },
    },
    telling: ['AGE'],
    names: { ASSERTION: 'Assertion' },
  },
};

const RESOURCE = {
  resourceType: 'Observation',
  status: 'final',
  subject: { $ref: 'patient' },
  code: '= value',
  effectiveDateTime: '= effectiveTime',
};

const folder = observationSet(RESOURCE, TEMPLATES, { match: { where: 'value' } });
const VALUE = '<value xsi:type="CD" code="8302-2" codeSystem="2.16.840.1.113883.6.1"/>';

/** What became of the facts of a statement: `dropped` and `unmapped` by the end of their paths, and the rules that held. */
function accounted(statement: string): { left: Record<string, string>; rules: readonly string[] } {
  const { ledger } = convertWith(folder, statement);
  const items = ledger.items.filter(({ path }) => path.includes('/entry') && !path.endsWith('id/@root'));
  return {
    left: Object.fromEntries(
      items.map(({ path, status }) => [path.replace(/^.*\/([^/]+\/)/, '$1').replace(/\[\d+\]/g, ''), status]),
    ),
    rules: Object.keys(ledger.rules).sort(),
  };
}

const observation = (inner: string, attributes = 'moodCode="EVN"') =>
  `<observation classCode="OBS" ${attributes}>${inner}${VALUE}</observation>`;

describe('facts that say nothing of their own', () => {
  it('have exactly the value that their template fixes', () => {
    const of = (code: string, status: string) =>
      accounted(
        observation(
          `<templateId root="1.2.3.1"/><code code="${code}"/><statusCode code="${status}"/>`,
          'moodCode="GOL"',
        ),
      );
    expect(of('ASSERTION', 'completed').left).to.deep.equal({});
    expect(of('ASSERTION', 'completed').rules).to.include('template-constant');
    expect(of('OTHER', 'active').left).to.deep.equal({ 'code/@code': 'unmapped', 'statusCode/@code': 'unmapped' });
  });

  it('are constants of a template that the statement has, not of another template', () => {
    const { left } = accounted(observation('<templateId root="1.2.3.9"/><code code="ASSERTION"/>', 'moodCode="GOL"'));
    expect(left).to.deep.equal({ 'observation/@moodCode': 'unmapped', 'code/@code': 'unmapped' });
  });

  it('are constants of a template that only the code tells, if the statement has no known template', () => {
    const of = (template: string) =>
      accounted(observation(`${template}<code code="AGE"/><statusCode code="completed"/>`)).left;
    expect(of('')).to.deep.equal({});
    expect(of('<templateId root="1.2.3.1"/>')).to.include({ 'code/@code': 'unmapped' });
  });

  it('are not constants if nothing of the statement was read', () => {
    const { left } = accounted(
      '<act classCode="ACT" moodCode="EVN"><templateId root="1.2.3.1"/><statusCode code="completed"/></act>',
    );
    expect(left).to.deep.equal({ 'act/@moodCode': 'unmapped', 'statusCode/@code': 'unmapped' });
  });

  it('are the mood EVN or that of the enclosing statement, and negationInd="false"', () => {
    expect(accounted(observation('', 'moodCode="EVN" negationInd="false"')).left).to.deep.equal({});
    expect(accounted(observation('', 'moodCode="INT" negationInd="true"')).left).to.deep.equal({
      'observation/@moodCode': 'unmapped',
      'observation/@negationInd': 'unmapped',
    });
    const around = (mood: string) =>
      accounted(
        `<act classCode="ACT" moodCode="${mood}"><entryRelationship typeCode="SUBJ">${observation('', 'moodCode="INT"')}</entryRelationship></act>`,
      ).left;
    expect(around('INT')).to.deep.equal({ 'act/@moodCode': 'unmapped' });
    expect(around('EVN')).to.deep.equal({ 'observation/@moodCode': 'unmapped' });
  });

  it('are the system and the name of a code that decided, if both are known to belong to it', () => {
    const of = (system: string, systemName: string, name: string) =>
      accounted(
        observation(
          `<templateId root="1.2.3.1"/><code code="ASSERTION" codeSystem="${system}" codeSystemName="${systemName}" displayName="${name}"/>`,
          'moodCode="GOL"',
        ),
      ).left;
    expect(of('2.16.840.1.113883.5.4', 'ActCode', 'assertion')).to.deep.equal({});
    expect(of('2.16.840.1.113883.6.1', 'SNOMED CT', 'Height')).to.deep.equal({
      'code/@codeSystem': 'unmapped',
      'code/@codeSystemName': 'unmapped',
      'code/@displayName': 'dropped',
    });
  });

  it('are facts of the inner statement that its wrapper repeats at the same place in the same words', () => {
    const wrapped = (time: string, inner = '20240102') =>
      accounted(
        `<act classCode="ACT" moodCode="EVN"><effectiveTime value="${time}"/><entryRelationship typeCode="SUBJ">${observation(
          `<effectiveTime value="${inner}"/>`,
        )}</entryRelationship></act>`,
      );
    expect(wrapped('20240102').left).to.deep.equal({});
    expect(wrapped('20240102').rules).to.include('repetition');
    expect(wrapped('20240103').left).to.deep.equal({ 'effectiveTime/@value': 'unmapped' });
  });

  it('are the default media type and representation of a text', () => {
    const { left, rules } = accounted(
      observation('<text mediaType="text/plain" representation="TXT"><reference value="#o"/></text>'),
    );
    expect(left).not.to.include.keys('text/@mediaType', 'text/@representation');
    expect(rules).to.include('default-text');
    expect(accounted(observation('<text mediaType="text/html"><reference value="#o"/></text>')).left).to.include({
      'text/@mediaType': 'unmapped',
    });
  });

  it('only say that nothing is known about an element that says nothing else, or are attributes without a value', () => {
    const { left, rules } = accounted(
      observation(
        '<effectiveTime value="2024"/><methodCode nullFlavor="NI" codeSystem="1.2.3"/><targetSiteCode code=""/>',
      ),
    );
    expect(left).to.include({ 'methodCode/@nullFlavor': 'dropped', 'methodCode/@codeSystem': 'dropped' });
    expect(left).to.include({ 'targetSiteCode/@code': 'dropped' });
    expect(rules).to.include.members(['null-flavor', 'empty']);
    const inside = accounted(
      observation(
        '<effectiveTime value="2024"/><specimen nullFlavor="NI"><specimenRole nullFlavor="NI"/></specimen><performer><assignedEntity><id nullFlavor="NI" root="1.2.3"/></assignedEntity></performer>',
      ),
    );
    expect(inside.left).to.include({ 'specimen/@nullFlavor': 'dropped', 'specimenRole/@nullFlavor': 'dropped' });
    expect(Object.values(inside.left)).not.to.include('unmapped');
    const said = accounted(
      observation('<methodCode nullFlavor="MSK"/><targetSiteCode nullFlavor="NI" displayName="Left arm"/>'),
    );
    expect(said.left).to.include({ 'methodCode/@nullFlavor': 'unmapped', 'targetSiteCode/@nullFlavor': 'unmapped' });
  });

  it('are code and status of a frame, dropped with the reason that its template gives', () => {
    const statement = `<act classCode="ACT" moodCode="EVN"><templateId root="1.2.3.2"/><code code="x"/><statusCode code="active"/><priorityCode code="y"/><entryRelationship typeCode="SUBJ">${observation('')}</entryRelationship></act>`;
    expect(accounted(statement).left).to.deep.equal({
      'code/@code': 'dropped',
      'statusCode/@code': 'dropped',
      'priorityCode/@code': 'unmapped',
    });
    const [item] = convertWith(folder, statement).ledger.items.filter(({ path }) => path.endsWith('/act/code/@code'));
    expect(item).to.include({ reason: 'it only wraps', rule: 'templates.json#/templates/1.2.3.2/frame' });
  });
});
