import { expect } from 'chai';
import { defaultLimits } from '../../src/xml/limits.js';
import { parseXml } from '../../src/xml/parse.js';
import { names, outline, parse, refusal } from './document.js';

describe('namespaces', () => {
  it('are recognized by their name, not by their prefix', () => {
    const source = `<c:ClinicalDocument xmlns:c="urn:hl7-org:v3" xmlns:s="urn:hl7-org:sdtc"
      xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><c:value i:type="PQ"/><s:raceCode/></c:ClinicalDocument>`;
    expect(outline(parse(source))).to.deep.equal([
      'ClinicalDocument',
      {},
      ['value', { 'xsi:type': 'PQ' }],
      ['sdtc:raceCode', {}],
    ]);
  });

  it('apply inside the element that declares them, and not after it', () => {
    const source = `<id xmlns="urn:hl7-org:v3"><raceCode xmlns="urn:hl7-org:sdtc"><x/></raceCode><raceCode/>
      <a:x xmlns:a="urn:1"><a:x xmlns:a="urn:2"/><a:x/></a:x></id>`;
    expect(outline(parse(source))).to.deep.equal([
      'id',
      {},
      ['sdtc:raceCode', {}, ['sdtc:x', {}]],
      ['raceCode', {}],
      '\n      ',
      ['{urn:1}x', {}, ['{urn:2}x', {}], ['{urn:1}x', {}]],
    ]);
    expect(refusal('<r><a:x xmlns:a="urn:1"/><a:x/></r>')).to.equal('1:27 a namespace prefix is not declared');
  });

  it('may be declared after the attributes that use them', () => {
    expect(outline(parse('<a:x a:y="1" xmlns:a="urn:1"/>'))).to.deep.equal(['{urn:1}x', { '{urn:1}y': '1' }]);
  });

  it('do not apply to attributes without prefix', () => {
    expect(outline(parse('<id xmlns="urn:hl7-org:v3" xmlns:c="urn:hl7-org:v3" root="1" c:root="2"/>'))).to.deep.equal([
      'id',
      { root: '1', '{urn:hl7-org:v3}root': '2' },
    ]);
  });

  it('keep the same name apart in different namespaces', () => {
    expect(outline(parse('<r xmlns:a="u1" xmlns:b="u2"><a:x/><b:x/><x/><a:x/></r>'))).to.deep.equal([
      '{}r',
      {},
      ['{u1}x', {}],
      ['{u2}x', {}],
      ['{}x', {}],
      ['{u1}x', {}],
    ]);
  });

  it('are decoded before they are compared', () => {
    expect(outline(parse('<id xmlns="urn:hl7&#45;org:v3"/>'))).to.deep.equal(['id', {}]);
  });

  it('are repaired for the prefixes xsi, sdtc and voc, with one warning each', () => {
    const source =
      '<value xmlns="urn:hl7-org:v3"\n xsi:type="CD"><sdtc:raceCode xsi:type="CE"/>\n<voc:x/><voc:x/></value>';
    const { tree, issues } = parseXml(source, names, defaultLimits);
    expect(outline(tree)).to.deep.equal([
      'value',
      { 'xsi:type': 'CD' },
      ['sdtc:raceCode', { 'xsi:type': 'CE' }],
      '\n',
      ['{urn:hl7-org:v3/voc}x', {}],
      ['{urn:hl7-org:v3/voc}x', {}],
    ]);
    expect(issues.map(({ code, line, column }) => `${code} ${line}:${column}`)).to.deep.equal([
      'undeclared-prefix 2:2',
      'undeclared-prefix 2:17',
      'undeclared-prefix 3:2',
    ]);
    expect(issues[0]?.text).to.equal(
      'the namespace prefix "xsi" is not declared; it is taken for http://www.w3.org/2001/XMLSchema-instance',
    );
  });

  it('follow the declaration if a prefix that could be repaired is declared', () => {
    const source = '<r><sdtc:x/><r xmlns:sdtc="urn:other"><sdtc:x/></r><sdtc:x/></r>';
    expect(outline(parse(source))).to.deep.equal([
      '{}r',
      {},
      ['sdtc:x', {}],
      ['{}r', {}, ['{urn:other}x', {}]],
      ['sdtc:x', {}],
    ]);
  });
});
