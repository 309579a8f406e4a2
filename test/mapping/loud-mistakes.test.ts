import { expect } from 'chai';
import { convertWith, mistakesOf, observationSet, resourcesIn } from './mapping-folder.js';

const resource = {
  resourceType: 'Observation',
  status: { $first: [{ $when: "statusCode/@code='new'", $value: 'preliminary' }, 'final'] },
  code: { $first: ['= code', { text: 'none' }] },
};
const acme = { 'senders/acme/sender.json': { oids: ['2.999.1'] } };

/** `file:line:column: message` of each mistake. */
function mistakesIn(more: Readonly<Record<string, unknown>>, rest: object = {}, made: object = resource): string[] {
  return mistakesOf(observationSet(made, more, rest));
}

describe('a mistake in a mapping set that would be silent', () => {
  it('is reported if an overlay’s element is beside the base’s directive, at the overlay’s own line', () => {
    const patch = '{\n  "resource": {\n    "code": { "coding": "= code" }\n  }\n}';
    expect(mistakesIn({ ...acme, 'senders/acme/observation.json': patch })).to.deep.equal([
      'senders/acme/observation.json:3:15: "coding" has no effect beside $first: say it in the alternatives, or take $first out (null in an overlay)',
    ]);
    const instead = { resource: { code: { $first: null, text: 'acme' } } };
    expect(mistakesIn({ ...acme, 'senders/acme/observation.json': instead })).to.deep.equal([]);
  });

  it('is reported if a directive is beside one that ignores it', () => {
    const made = { ...resource, code: { $from: 'code', $code: '1', text: 'x' } };
    const told = mistakesIn({}, {}, made).join();
    expect(told)
      .to.match(/"\$code" has no effect beside \$from/)
      .and.match(/"text" has no effect beside \$from/);
  });

  it('is reported if an overlay removes what its base no longer has', () => {
    const patch = '{\n  "resource": {\n    "mehod": null\n  }\n}';
    const base = { ...resource, method: { text: 'x' } };
    expect(mistakesIn({ ...acme, 'senders/acme/observation.json': patch }, {}, base)).to.deep.equal([
      'senders/acme/observation.json:3:5: the set has no "mehod" here to take out; did you mean method?',
    ]);
  });

  it('is reported if a sender folder has no sender.json, or if two senders have the same OID', () => {
    expect(mistakesIn({ 'senders/acme/observation.json': { resource: { method: { text: 'x' } } } }).join()).to.match(
      /^senders\/acme\/sender\.json:1:1: the folder of a sender needs sender\.json/,
    );
    const other = { 'senders/other/sender.json': '{\n  "oids": ["2.999.7", "2.999.1"]\n}' };
    expect(mistakesIn({ ...acme, ...other })).to.deep.equal([
      'senders/other/sender.json:2:23: the OID 2.999.1 is also in senders/acme, so nobody can tell which of the two sent a document',
    ]);
  });

  it('is reported if two mappings match the same statements and neither has priority', () => {
    const match = { template: '2.999.5', where: 'code' };
    const other = { id: 'other', on: ['observation'], match, resource };
    expect(mistakesIn({ 'other.json': other }, { match }).join()).to.match(
      /^other\.json:\d+:\d+: this matches the same statements as "observation": say by "priority" which/,
    );
    const first = { ...other, match: { ...match, priority: 7 } };
    expect(mistakesIn({ 'other.json': first }, { match })).to.deep.equal([]);
    const elsewhere = { ...other, match: { ...match, where: 'value' } };
    expect(mistakesIn({ 'other.json': elsewhere }, { match })).to.deep.equal([]);
  });

  it('is reported if a constant is compared with an attribute that can never have it', () => {
    const told = mistakesIn({}, { match: { where: "@moodCode='EVT' or value/@nullFlavor=('UNK','UNKN')" } });
    expect(told[0]).to.match(/^observation\.json:\d+:\d+: CDA's @moodCode is never "EVT"; did you mean EVN/);
    expect(told[1]).to.match(/CDA's @nullFlavor is never "UNKN"; did you mean UNK/);
  });

  it('is reported if a ConceptMap gives a code that the element must not have', () => {
    const map = {
      resourceType: 'ConceptMap',
      url: 'urn:map',
      status: 'active',
      group: [{ element: [{ code: 'new', target: [{ code: 'finished', equivalence: 'equivalent' }] }] }],
    };
    const made = { ...resource, status: { $from: 'statusCode', $map: 'state' } };
    expect(mistakesIn({ 'conceptmaps/state.json': map }, {}, made).join()).to.match(
      /observation\.json:\d+:\d+: ConceptMap state gives "finished" \(conceptmaps\/state\.json#\/group\/0\/element\/0.*\), which is not a code of/,
    );
  });

  it('is reported, with a map that fits, if a ConceptMap translates codes that the element can never have', () => {
    const mapOf = (code: string, source?: string) => ({
      resourceType: 'ConceptMap',
      url: `urn:map:${code}`,
      status: 'active',
      group: [{ source, element: [{ code, target: [{ code: 'final', equivalence: 'equivalent' }] }] }],
    });
    const maps = {
      'conceptmaps/severity.json': mapOf('6736007', 'http://snomed.info/sct'),
      'conceptmaps/state.json': mapOf('completed'),
    };
    const told = ($from: string, $map: string) => mistakesIn(maps, {}, { ...resource, status: { $from, $map } });
    expect(told('statusCode', 'severity').join()).to.match(
      /observation\.json:\d+:\d+: ConceptMap severity translates codes of http:\/\/snomed\.info\/sct \(6736007\), which statusCode of CDA never is; state can$/,
    );
    expect(told('@moodCode', 'severity').join()).to.match(/\(6736007\), which @moodCode of CDA never is; state can$/);
    expect(told('effectiveTime', 'state').join()).to.match(/ConceptMap state translates codes, and a IVL_TS has none/);
    expect([...told('statusCode', 'state'), ...told('value', 'severity'), ...told('code', 'state')]).to.deep.equal([]);
  });

  it('is reported if a choice is filled with its type open and with its type given, and nothing keeps the two apart', () => {
    const both = { ...resource, 'effective[x]': '= effectiveTime' };
    const of = (effectiveDateTime: unknown) => mistakesIn({}, {}, { ...both, effectiveDateTime }).join();
    expect(of('= effectiveTime/low')).to.match(
      /^observation\.json:\d+:5: "effectiveDateTime" and "effective\[x\]" are one element, and both can be filled: say \{ "\$without": "effective\[x\]" \} here/,
    );
    expect(of({ $without: 'effective[x]', $from: 'effectiveTime/low' })).to.equal('');
    const patch = '{\n  "resource": {\n    "effectiveDateTime": "= effectiveTime"\n  }\n}';
    expect(mistakesIn({ ...acme, 'senders/acme/observation.json': patch }, {}, both).join()).to.match(
      /^senders\/acme\/observation\.json:3:5: "effectiveDateTime" and/,
    );
  });

  it('is reported if a comparison asks for the text of an element that has none', () => {
    const told = (where: string) => mistakesIn({}, { match: { where } }).join();
    expect(told("statusCode = 'completed'")).to.match(
      /:\d+: a CS has no text, so this never holds; did you mean statusCode\/@code\?$/,
    );
    expect(told('value > 5')).to.match(/a number stands in an attribute; did you mean value\/@value\?$/);
    expect(told("code[. = ('1', '2')]")).to.match(/a CD has no text, so this never holds; did you mean \.\/@code\?$/);
    expect(told("id = '1'")).to.match(/did you mean id\/@extension\?$/);
    expect(told("'2020' < effectiveTime/low")).to.match(/did you mean low\/@value\?$/);
    for (const fine of ["value = 'none'", "text != 'x'", "code != ''", 'value/@value > 5', "code/originalText = 'x'"])
      expect(told(fine)).to.equal('');
  });

  it('is reported, with the right name, if an @ is missing or too many', () => {
    expect(mistakesIn({}, { match: { where: "negationInd='true'" } }).join()).to.match(/did you mean @negationInd\?$/);
    expect(mistakesIn({}, { match: { where: 'effectiveTime/@low' } }).join()).to.match(/did you mean low\?$/);
  });

  it('is reported if $resource makes what the element does not take, or from another node than the mapping is for', () => {
    const other = {
      id: 'device',
      on: ['participantRole'],
      match: { where: 'false()' },
      resource: { resourceType: 'Device', identifier: '= id' },
    };
    const told = (device: object) => mistakesIn({ 'device.json': other }, {}, { ...resource, ...device }).join();
    expect(told({ device: { $each: 'participant/participantRole', $resource: 'device' } })).to.equal('');
    expect(told({ device: { $each: 'participant', $resource: 'device' } })).to.match(
      /^observation\.json:\d+:\d+: the mapping "device" stands on participantRole, and the node here is a POCD_MT000040\.Participant2$/,
    );
    expect(told({ method: { $each: 'participant/participantRole', $resource: 'device' } })).to.match(
      /^observation\.json:\d+:\d+: "method" is a CodeableConcept, not a Reference$/,
    );
    expect(
      told({
        subject: { $ref: 'patient' },
        performer: [{ $each: 'participant/participantRole', $resource: 'device' }],
      }),
    ).to.match(/"performer" can't refer to a Device/);
  });

  it('is reported, once and in the overlay, if the overlay gives the mapping another id', () => {
    const patch = '{\n  "id": "acme-observation",\n  "resource": { "method": { "text": "x" } }\n}';
    const made = { 'b.json': { id: 'b', on: ['act'], match: { where: 'code' }, also: ['observation'], resource } };
    expect(mistakesIn({ ...acme, ...made, 'senders/acme/observation.json': patch })).to.deep.equal([
      'senders/acme/observation.json:2:9: this file changes the mapping "observation", whose id stays; a mapping with another id is a file of the set',
    ]);
    const same = { id: 'observation', title: 'x' };
    expect(mistakesIn({ ...acme, 'senders/acme/observation.json': same })).to.deep.equal([]);
  });

  it('is one message at the right place if a comma is missing', () => {
    const broken = '{\n  "title": "t"\n  "on": ["observation"]\n}';
    expect(mistakesIn({ 'conditions.json': broken }, { match: { where: 'anything()' } })).to.deep.equal([
      'conditions.json:2:15: not JSON: a comma is missing here',
    ]);
  });
});

describe('a mistake that would cause others', () => {
  it('is the only one reported if two mappings have the same id, whoever refers to that id', () => {
    const second = { id: 'patient', on: ['observation'], match: { where: 'value' }, resource };
    const text = JSON.stringify(second, null, 2);
    const made = { ...resource, subject: { $ref: 'patient' } };
    expect(mistakesIn({ 'zz-second.json': text }, {}, made)).to.deep.equal([
      'zz-second.json:2:9: patient.json has the id "patient" already',
    ]);
    expect(mistakesIn({ 'a-first.json': text }, {}, made)).to.deep.equal([
      'patient.json:2:9: a-first.json has the id "patient" already',
    ]);
  });

  it('is the only one reported for a condition, a code list and a ConceptMap that are used elsewhere', () => {
    const conditions = {
      told: { title: 'It is told', on: ['observation'], test: 'cod' },
      people: { title: 'People', on: ['observation'], nodes: 'performr' },
    };
    const more = {
      'conditions.json': { conditions },
      'code-lists.json': { lists: { kinds: { codes: { a: 'A' } } } },
      'conceptmaps/state.json': { resourceType: 'ConceptMap', url: 'urn:map', status: 'active' },
    };
    const made = {
      ...resource,
      status: { $when: "told() and people() and code[@code=one-of('kinds')]", $from: 'statusCode', $map: 'state' },
    };
    expect(mistakesIn(more, {}, made).map((told) => told.replace(/:\d+:\d+:/, ':'))).to.deep.equal([
      'code-lists.json: a code list is { "title": what its codes mean, "codes": { "code": "its name" } }',
      'conditions.json: CDA has no name cod; did you mean code?',
      'conditions.json: CDA has no name performr; did you mean performer?',
      'conceptmaps/state.json: ConceptMap.group: is missing',
    ]);
  });

  it('is reported at its own place if a ConceptMap has several', () => {
    const map = `{
  "resourceType": "ConceptMap",
  "url": "urn:map",
  "status": "active",
  "group": [
    {
      "element": [
        { "code": "a", "target": [{ "code": "x", "equivalence": "same" }] },
        { "code": "a" }
      ]
    }
  ]
}`;
    const told = mistakesIn({ 'conceptmaps/state.json': map });
    expect(told).to.have.length(2);
    expect(told[0]).to.match(
      /^conceptmaps\/state\.json:8:65: ConceptMap\.group\[0\]\.element\[0\]\.target\[0\]\.equivalence: must/,
    );
    expect(told[1]).to.match(/^conceptmaps\/state\.json:9:19: .*"a" stands in this group already/);
  });

  it('suggests the condition that a sender means, and the right name of a misspelt member', () => {
    const told = { title: 'It is told', on: ['observation'], test: 'code' };
    const conditions = { 'conditions.json': { conditions: { 'tells-a-status': told } } };
    const patch = { conditions: { 'tells-a-statuss': { test: 'false()' } } };
    expect(mistakesIn({ ...acme, ...conditions, 'senders/acme/conditions.json': patch }).join()).to.match(
      /^senders\/acme\/conditions\.json:\d+:\d+: the set has no condition "tells-a-statuss"; did you mean tells-a-status\?$/,
    );
    const { title, ...untitled } = told;
    const misspelt = { 'conditions.json': { conditions: { told: { ...untitled, titel: title } } } };
    expect(mistakesIn(misspelt).join()).to.match(/there is no "titel" here; did you mean title\?/);
  });
});

describe("an overlay's $patch", () => {
  const xml = '<observation classCode="OBS" moodCode="EVN"><code code="1"/></observation>';
  const base = { ...resource, note: [{ text: 'first' }, { text: 'last' }] };
  const notes = (...operations: object[]) => {
    const patch = { 'senders/acme/observation.json': { $patch: operations } };
    const { bundle } = convertWith(observationSet(base, { ...acme, ...patch }), xml, { sender: 'acme' });
    const [made] = resourcesIn(bundle, 'Observation');
    return (made as { note?: { text: string }[] }).note?.map(({ text }) => text);
  };

  it('adds items to the end or the middle of a list, and removes items', () => {
    expect(notes({ op: 'add', path: '/resource/note/-', value: { text: 'more' } })).to.deep.equal([
      'first',
      'last',
      'more',
    ]);
    expect(notes({ op: 'add', path: '/resource/note/1', value: { text: 'more' } })).to.deep.equal([
      'first',
      'more',
      'last',
    ]);
    expect(notes({ op: 'remove', path: '/resource/note/0' })).to.deep.equal(['last']);
    expect(notes({ op: 'replace', path: '/resource/note/0/text', value: 'other' })).to.deep.equal(['other', 'last']);
  });

  it('is refused, at its own line, if the set no longer has what it changes', () => {
    const told = (operation: object) =>
      mistakesIn({ ...acme, 'senders/acme/observation.json': { $patch: [operation] } }, {}, base).join();
    const test = { op: 'test', path: '/resource/note/0/text', value: 'once' };
    expect(told(test)).to.match(/^senders\/acme\/observation\.json:3:5: the set has something else at/);
    expect(told({ op: 'remove', path: '/resource/note/7' })).to.match(/the set has nothing at \/resource\/note\/7/);
    expect(told({ op: 'replace', path: '/resource/mehod', value: 1 })).to.match(/has nothing at/);
    expect(told({ op: 'add', path: '/resource/note/7', value: 1 })).to.match(/has 2 items/);
    expect(told({ op: 'move', path: '/resource/note/0' })).to.match(/"op" is add, remove, replace or test/);
  });
});
