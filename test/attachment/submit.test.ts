import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { DocumentReference, OperationOutcome, Provenance } from 'fhir/r4.js';
import { readResource, type Resource } from '../../src/attachment/read-resource.js';
import { submissionParameters, submitAttachments, type Submitted } from '../../src/attachment/submit.js';
import { SubmissionError } from '../../src/attachment/submission-error.js';
import { writeJson } from '../../src/bundle/write-json.js';
import { writeXml } from '../../src/bundle/write-xml.js';
import { attachment, converter, file, identifier, parameters, sample, sha1 } from './submission.js';

const note = sample('progress-note');
const pdf = Buffer.from('%PDF-1.4\n%invented\n');
const LOINC = (code: string): object => ({ coding: [{ system: 'http://loinc.org', code }] });

const submit = (resource: Resource, signature: 'ignore' | 'present' | 'verify' = 'ignore'): Promise<Submitted> =>
  submitAttachments(converter(), resource, { signature });
const texts = ({ issue }: OperationOutcome): string[] =>
  issue.map(({ severity, details }) => `${severity}: ${details!.text!}`);
const warnings = (submitted: Submitted): string[] =>
  texts(submitted.outcome).filter((text) => text.startsWith('warning'));

async function refusal(resource: Resource, signature?: 'present' | 'verify'): Promise<SubmissionError> {
  try {
    await submit(resource, signature);
  } catch (error) {
    if (error instanceof SubmissionError) return error;
    throw error;
  }
  return expect.fail('it was taken');
}

describe('attachment/submit', () => {
  it('converts a C-CDA document, holds it, and says so', async () => {
    const submitted = await submit(
      parameters(
        [
          attachment(
            file(note),
            { name: 'LineItem', valueString: '2' },
            { name: 'Code', valueCodeableConcept: LOINC('11506-3') },
          ),
        ],
        {
          MemberId: { valueIdentifier: { value: '6650-114' } },
        },
      ),
    );
    expect(texts(submitted.outcome)[0]).to.match(/^information: .*held for association/);
    expect(submitted.facts.facts).to.be.greaterThan(300);
    expect(warnings(submitted).filter((text) => /Code|ServiceDate/.test(text))).to.deep.equal([]);
    const { task, bundle } = submitted;
    expect(task).to.deep.include({ status: 'completed', intent: 'order', for: { reference: '#patient' } });
    expect(task.identifier?.[0]).to.deep.include({
      value: 'T-1',
      type: { coding: [{ system: 'http://hl7.org/fhir/us/davinci-cdex/CodeSystem/cdex-temp', code: 'tracking-id' }] },
    });
    expect(task.output?.[0]?.extension?.[0]).to.include({ valueInteger: 2 });
    const source = bundle.entry!.find(({ fullUrl }) => fullUrl === task.output![0]!.valueReference!.reference)!
      .resource as DocumentReference;
    expect(source.context?.related).to.deep.include({ type: 'Claim', identifier: identifier('T-1') });
    expect(bundle).to.include({ type: 'transaction' });
    expect(
      bundle.entry!.every(({ request, resource }) => request!.url === `${resource!.resourceType}/${resource!.id!}`),
    ).to.equal(true);
  });

  it('makes the same bytes from the same submission, and other ids for another claim', async () => {
    const make = async (tracking: string): Promise<string> =>
      writeJson(
        submissionParameters(
          await submit(parameters([attachment(file(note))], { TrackingId: { valueIdentifier: identifier(tracking) } })),
        ),
      );
    expect(await make('T-1')).to.equal(await make('T-1'));
    const id = async (tracking: string): Promise<string | undefined> =>
      (await submit(parameters([attachment(file(pdf))], { TrackingId: { valueIdentifier: identifier(tracking) } })))
        .task.id;
    expect(await id('T-1')).not.to.equal(await id('T-2'));
  });

  it('reads the same from FHIR XML', async () => {
    const json = parameters([attachment(file(note), { name: 'LineItem', valueString: '1' })], {
      Final: { valueBoolean: false },
    });
    const xml = readResource(Buffer.from(writeXml(json as never)));
    expect(writeJson((await submit(xml)).bundle)).to.equal(writeJson((await submit(json)).bundle));
    expect((await submit(xml)).task.status).to.equal('in-progress');
  });

  it('keeps the narrative of a resource, in XML as in JSON', () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><div>HbA1c <b>8.1</b><br/></div> &amp; more</div>';
    const observation = {
      resourceType: 'Observation',
      id: 'hba1c',
      text: { status: 'generated', div },
      status: 'final',
      code: { text: 'HbA1c' },
      valueQuantity: { value: 8.1 },
      component: [{ code: { text: 'one' }, valueBoolean: true }],
    };
    const json = parameters([attachment(observation), attachment({ ...observation, id: 'other' })]);
    const read = readResource(Buffer.from(writeXml(json as never)));
    expect(read).to.deep.equal(json);
  });

  it('converts by content, whatever the content type says, and opens what is packed', async () => {
    const named = await submit(parameters([attachment(file(note, { contentType: 'application/pdf' }))]));
    const packed = await submit(parameters([attachment(file(gzipSync(note), { contentType: 'application/gzip' }))]));
    const binary = await submit(
      parameters([attachment({ resourceType: 'Binary', contentType: 'text/xml', data: note.toString('base64') })]),
    );
    for (const { facts } of [named, packed, binary]) expect(facts.facts).to.be.greaterThan(300);
  });

  it('keeps what it cannot convert, with its bytes and hash, and says so', async () => {
    const submitted = await submit(
      parameters([
        attachment(file(pdf, { contentType: 'application/pdf', title: 'scan.pdf' }), {
          name: 'Code',
          valueCodeableConcept: LOINC('11506-3'),
        }),
      ]),
    );
    const kept = submitted.bundle
      .entry!.map(({ resource }) => resource)
      .find((one) => one?.resourceType === 'DocumentReference') as DocumentReference;
    expect(kept.content[0]!.attachment).to.deep.equal({
      contentType: 'application/pdf',
      data: pdf.toString('base64'),
      size: pdf.length,
      hash: sha1(pdf, 'base64'),
      title: 'scan.pdf',
    });
    expect(kept.subject).to.deep.include({ identifier: identifier('M-1') });
    expect(kept.type).to.deep.equal(LOINC('11506-3'));
    expect(submitted.issues.get('not-converted')).to.equal(1);
    expect(JSON.stringify(submitted.outcome)).to.contain('not-converted');
    const sent = submitted.bundle
      .entry!.map(({ resource }) => resource)
      .find((one) => one?.resourceType === 'Provenance') as Provenance;
    expect(sent.agent[0]!.type?.coding?.[0]?.code).to.equal('transmitter');
    expect(sent.target.map(({ reference }) => reference)).to.deep.equal([`urn:uuid:${kept.id!}`]);
  });

  it('takes FHIR resources as they are', async () => {
    const observation = { resourceType: 'Observation', id: 'hba1c', status: 'final', code: LOINC('4548-4') };
    const { bundle, task } = await submit(
      parameters([attachment(observation), attachment({ resourceType: 'QuestionnaireResponse', status: 'completed' })]),
    );
    expect(bundle.entry!.map(({ resource }) => resource)).to.deep.include(observation);
    expect(task.output!.map(({ valueReference }) => valueReference!.reference)[0]).to.equal('Observation/hba1c');
  });

  it('warns about a different type, patient or time', async () => {
    const told = warnings(
      await submit(
        parameters([attachment(file(note), { name: 'Code', valueCodeableConcept: LOINC('11504-8') })], {
          ServiceDate: { valueDateTime: '2024-05-05' },
        }),
      ),
    );
    expect(told.join('\n'))
      .to.match(/Attachment.Code is not the type/)
      .and.match(/No identifier of the document's patient is MemberId/)
      .and.match(/The document is of 2024-03-06.*2024-05-05/);
  });

  it('accepts the hash in the form of FHIR and in that of CDex’s example, and no other', async () => {
    expect(
      warnings(await submit(parameters([attachment(file(pdf, { hash: sha1(pdf, 'base64') }))]))).join(),
    ).not.to.contain('hash');
    expect(warnings(await submit(parameters([attachment(file(pdf, { hash: sha1(pdf, 'hex') }))]))).join()).to.contain(
      'hexadecimal',
    );
    expect(await refusal(parameters([attachment(file(pdf, { hash: sha1(note, 'base64') }))]))).to.include({
      status: 400,
      code: 'value',
    });
  });

  it('lists what the request asks for but the submission lacks', async () => {
    const needed = (code: string, line: number): object => ({
      extension: [
        { url: 'http://hl7.org/fhir/us/davinci-pas/StructureDefinition/extension-paLineNumber', valueInteger: line },
      ],
      type: { coding: [{ code: 'attachments-needed' }] },
      valueCodeableConcept: LOINC(code),
    });
    const request = {
      resource: { resourceType: 'Task', input: [needed('11506-3', 1), needed('11506-3', 2), needed('18842-5', 1)] },
    };
    const own = attachment(
      file(note),
      { name: 'Code', valueCodeableConcept: LOINC('11506-3') },
      { name: 'LineItem', valueString: '1' },
    );
    const told = warnings(await submit(parameters([own], { request })));
    expect(told.filter((text) => text.includes('asks for'))).to.deep.equal([
      'warning: The request asks for 11506-3 for line 2, and it is not here.',
      'warning: The request asks for 18842-5, and it is not here.',
    ]);
    // More is to come.
    expect(
      warnings(await submit(parameters([own], { request, Final: { valueBoolean: false } }))).join(),
    ).not.to.contain('asks for');
  });

  describe('refuses', () => {
    const one = [attachment(file(pdf))];
    const cases: readonly (readonly [what: string, resource: Resource, status: number, code: string, place: RegExp])[] =
      [
        ['a resource that is no Parameters', { resourceType: 'Bundle' }, 400, 'structure', /Bundle/],
        [
          'a parameter of an unknown name',
          parameters(one, { TrackingID: { valueIdentifier: identifier('x') } }),
          400,
          'value',
          /parameter\[6\]/,
        ],
        ['a missing TrackingId', parameters(one, { TrackingId: undefined }), 400, 'required', /'TrackingId'/],
        [
          'a TrackingId without a value',
          parameters(one, { TrackingId: { valueIdentifier: { system: 'urn:x' } } }),
          400,
          'required',
          /'TrackingId'\)\.value/,
        ],
        [
          'a TrackingId that is a text',
          parameters(one, { TrackingId: { valueString: 'T-1' } }),
          400,
          'value',
          /parameter\[0\]/,
        ],
        ['a missing MemberId', parameters(one, { MemberId: undefined }), 400, 'required', /'MemberId'/],
        [
          'neither provider nor organization',
          parameters(one, { OrganizationId: undefined }),
          400,
          'required',
          /Parameters/,
        ],
        ['another AttachTo', parameters(one, { AttachTo: { valueCode: 'bill' } }), 400, 'value', /'AttachTo'/],
        ['a claim without ServiceDate', parameters(one, { ServiceDate: undefined }), 400, 'required', /'ServiceDate'/],
        [
          'a claim of a month',
          parameters(one, { ServiceDate: { valueDateTime: '2024-03' } }),
          400,
          'value',
          /^Parameters.parameter.where\(name='ServiceDate'\)$/,
        ],
        [
          'a day that there is not',
          parameters(one, { ServiceDate: { valueDateTime: '2024-02-30' } }),
          400,
          'value',
          /'ServiceDate'/,
        ],
        ['no attachment', parameters([]), 400, 'required', /'Attachment'/],
        [
          'an attachment without content',
          parameters([{ name: 'Attachment', part: [{ name: 'LineItem', valueString: '1' }] }]),
          400,
          'required',
          /'Content'/,
        ],
        [
          'an unknown part',
          parameters([{ name: 'Attachment', part: [{ name: 'Contents', resource: file(pdf) }] }]),
          400,
          'value',
          /part\[0\]/,
        ],
        [
          'an address instead of data',
          parameters([attachment(file(pdf, { data: undefined, url: 'https://clinic.example/scan.pdf' }))]),
          422,
          'not-supported',
          /attachment\.url$/,
        ],
        [
          'data that are not base64',
          parameters([attachment(file(pdf, { data: '%%%' }))]),
          400,
          'value',
          /attachment\.data$/,
        ],
        [
          'a DocumentReference without content',
          parameters([attachment({ resourceType: 'DocumentReference' })]),
          400,
          'required',
          /content$/,
        ],
        [
          'a document that is cut off',
          parameters([attachment(file(note.subarray(0, 5000)))]),
          400,
          'structure',
          /content\[0\]/,
        ],
      ];
    for (const [what, resource, status, code, place] of cases) {
      it(what, async () => {
        const error = await refusal(resource);
        expect(error).to.include({ status, code });
        expect(error.expression ?? '').to.match(place);
        expect(error.message).not.to.match(/T-1|M-1|P-1/);
      });
    }

    it('a document with its place in the attachment', async () => {
      const error = await refusal(parameters([attachment(file(pdf)), attachment(file(note.subarray(0, 5000)))]));
      expect(error.message).to.match(/^Attachment 2: /);
      expect(error.place.line).to.be.greaterThan(1);
    });

    it('an unsigned document, if a signature is required', async () => {
      expect(await refusal(parameters(one), 'present')).to.include({ status: 400, code: 'business-rule' });
      expect(
        await refusal(parameters([attachment({ resourceType: 'Bundle', type: 'document' })]), 'verify'),
      ).to.include({ code: 'business-rule' });
    });
  });

  it('accepts a preauthorization without a date, or with a month as its date', async () => {
    const changes = {
      AttachTo: { valueCode: 'preauthorization' },
      AdminRefNumber: { valueIdentifier: identifier('A-1') },
    };
    const own = [attachment(file(pdf))];
    const { task } = await submit(parameters(own, { ...changes, ServiceDate: undefined }));
    expect(task.identifier).to.have.length(2);
    expect(
      (await submit(parameters(own, { ...changes, ServiceDate: { valueDateTime: '2024-03' } }))).task.reasonCode
        ?.coding?.[0]?.code,
    ).to.equal('preauthorization');
  });

  it('counts a document that was legally authenticated as signed', async () => {
    const discharge = sample('discharge-summary');
    const submitted = await submit(parameters([attachment(file(discharge))]), 'verify');
    expect(warnings(submitted).join()).to.contain('a digital signature of it was not verified');
  });

  describe("CDex's own example 1", () => {
    const example = new URL('../../../shared/purposes/cdex-parameters-example1.json', import.meta.url);
    it('D2, D3: is accepted with two warnings, and refused with a month as its date', async function () {
      if (!existsSync(example)) this.skip();
      const given = readResource(readFileSync(example));
      const submitted = await submit(given);
      expect(submitted.facts.facts).to.equal(201);
      expect(warnings(submitted)).to.have.length(2);
      expect(submitted.task.output).to.have.length(1);
      const month = JSON.parse(JSON.stringify(given).replace('"2022-06-16"', '"2022-06"')) as Resource;
      expect(await refusal(month)).to.include({
        status: 400,
        code: 'value',
        expression: "Parameters.parameter.where(name='ServiceDate')",
      });
    });
  });
});
