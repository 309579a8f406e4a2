import { expect } from 'chai';
import { convertWith, observationSet } from '../mapping/mapping-folder.js';

describe('the trace', () => {
  it('names the elements of the resource alone, not the types that the values had in the document', () => {
    const folder = observationSet({
      resourceType: 'Observation',
      status: '= statusCode',
      category: [{ coding: '= code' }],
      code: { text: '= code/originalText' },
      effectivePeriod: '= effectiveTime',
      issued: '= author/time',
    });
    const { trace } = convertWith(
      folder,
      `<observation classCode="OBS" moodCode="EVN"><code code="8302-2" codeSystem="2.16.840.1.113883.6.1"><originalText>Height</originalText></code>
       <statusCode code="final"/><effectiveTime><low value="20240301"/></effectiveTime><author><time value="20240301120000-0500"/></author></observation>`,
      { trace: true },
    );
    const places = trace.flatMap(({ target }) => /^Observation\/[\w-]+\.(.*)/.exec(target)?.[1] ?? []);
    expect(places.sort()).to.deep.equal([
      'category[0].coding[0]',
      'category[0].coding[0].code',
      'category[0].coding[0].system',
      'code.text',
      'effectivePeriod.start',
      'issued',
      'status',
    ]);
  });
});
