import type { Bundle } from 'fhir/r4.js';
import type { Conversion, Converter, ConverterOptions } from '../../src/conversion.js';
import { MappingError } from '../../src/mapping/mapping-error.js';
import { LimitError } from '../../src/limit-error.js';
import { OptionError } from '../../src/option-error.js';
import { DocumentError } from '../../src/xml/document-error.js';

const totals = { facts: 4, mapped: 2, used: 0, narrative: 0, dropped: 1, unmapped: 1, questioned: 0 };

/**
 * Stands in for convert.js: what a document says decides what happens to it, so that the command line can be tried with
 * failures that the real converter does not have.
 */
export function createConverter(options: ConverterOptions): Converter {
  if (options.mappings === 'bad') {
    throw new MappingError([
      { file: 'problem.json', line: 3, column: 5, message: 'Condition has no element cod' },
      { file: 'result.json', line: 7, column: 1, message: 'no such path' },
    ]);
  }
  return {
    mappingHash: '0',
    convert(bytes, asked): Conversion {
      if (asked?.sender === 'nobody') throw new OptionError('there is no sender nobody in the mapping set');
      const text = new TextDecoder().decode(bytes).trim();
      if (text === 'ill-formed') throw new DocumentError('structure', 'an end tag does not match', 3, 14);
      if (text === 'limits') {
        const { timeLimitSeconds = 0, maxOutputMegabytes = 0 } = asked ?? {};
        throw new LimitError('time', `limits of ${timeLimitSeconds} s and ${maxOutputMegabytes} MB`);
      }
      if (text === 'bug') throw new TypeError('the patient is John Doe');
      if (text === 'exit') process.exit(7);
      if (text === 'memory') for (const hold: unknown[] = []; ;) hold.push(new Array(100_000).fill(hold.length));
      const bundle: Bundle = { resourceType: 'Bundle', type: asked?.bundle ?? 'transaction', id: text };
      return {
        bundle,
        ledger: { totals, rules: {}, same: [], items: [] },
        trace: asked?.trace === true ? [entry] : [],
        issues:
          text === 'odd'
            ? [12, 13].map((line) => ({
                severity: 'warning',
                code: 'impossible-date',
                text: 'no such day',
                line,
                column: 2,
              }))
            : text === 'contradicted'
              ? [
                  {
                    severity: 'warning',
                    code: 'x',
                    text: 'two ends',
                    line: 3,
                    column: 4,
                    also: [{ line: 5, column: 6, path: '/a' }],
                  },
                ]
              : [],
      };
    },
  };
}

const entry = {
  target: 'Patient/1.id',
  by: 'identity' as const,
  mapping: 'patient',
  file: 'header/patient.json',
  rule: '/identity',
  sources: [{ source: '/ClinicalDocument', line: 1, column: 1 }],
};
