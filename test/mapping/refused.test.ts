import { expect } from 'chai';
import { DocumentError } from '../../src/xml/document-error.js';
import { converter } from '../packaged-converter.js';

function refusal(xml: string): DocumentError {
  try {
    converter.convert(Buffer.from(xml));
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
  throw new Error('it was converted');
}

const document = (header: string): string => `<ClinicalDocument xmlns="urn:hl7-org:v3">${header}</ClinicalDocument>`;

describe('Documents that are refused by name', () => {
  it('are reports about many patients, recognized by their templates or by their code', () => {
    for (const header of [
      '<templateId root="2.16.840.1.113883.10.20.27.1.2" extension="2023-05-01"/>',
      '<code code="55184-6" codeSystem="2.16.840.1.113883.6.1"/>',
    ]) {
      const { code, message, line } = refusal(document(header));
      expect(code).to.equal('not-supported');
      expect(message).to.match(/^a QRDA Category III report/);
      expect(line).to.equal(1);
    }
  });

  it('are not reports about one patient (QRDA Category I)', () => {
    const header = '<templateId root="2.16.840.1.113883.10.20.24.1.2"/><code code="55182-0"/>';
    expect(converter.convert(Buffer.from(document(header))).bundle.resourceType).to.equal('Bundle');
  });

  it('are definitions of measures, recognized by their root', () => {
    const { code, message } = refusal('<QualityMeasureDocument xmlns="urn:hl7-org:v3"/>');
    expect(code).to.equal('not-supported');
    expect(message).to.contain('an HQMF document');
  });
});
