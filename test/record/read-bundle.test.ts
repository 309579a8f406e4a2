import { expect } from 'chai';
import { writeJson } from '../../src/bundle/write-json.js';
import { readBundle } from '../../src/record/read-bundle.js';

const patient = '{"resource":{"resourceType":"Patient","id":"p","birthDate":"1970-05-01"}}';
const potassium =
  '{"resource":{"resourceType":"Observation","id":"o","status":"final","code":{"text":"Potassium"},' +
  '"subject":{"reference":"Patient/p"},"valueQuantity":{"value":5.0}}}';

function bundle(...entries: readonly string[]): string {
  return `{"resourceType":"Bundle","type":"collection","entry":[${entries.join()}]}`;
}

describe('a Bundle as input of questions', () => {
  it('keeps the digits of its numbers', () => {
    const text = bundle(patient, potassium);
    expect(writeJson(readBundle(Buffer.from(text))!)).to.equal(text);
  });

  it('is refused if it is about nobody, or is not JSON', () => {
    expect(readBundle(Buffer.from(bundle(potassium)))).to.equal(undefined);
    expect(readBundle(Buffer.from('{"resourceType":"Bundle"'))).to.equal(undefined);
  });
});
