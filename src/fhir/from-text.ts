import { nameId } from '../cda/vocabulary.js';
import type { Reading } from '../cda/reading.js';
import { valueOf, type Node } from '../xml/tree.js';
import type { Primitive } from './primitive.js';
import { truthOf } from './types/boolean.js';
import { toDate } from './types/date.js';
import { toDateTime } from './types/date-time.js';

const VALUE = nameId('value');

/** An attribute or text node as a FHIR primitive; undefined if its text does not fit the type. */
export function fromText(reading: Reading, node: Node, fhirType: string): Primitive | undefined {
  const { tree } = reading;
  if (tree.name[node] === VALUE && (fhirType === 'dateTime' || fhirType === 'date')) {
    // The `@value` of a time is converted as the time itself.
    return (fhirType === 'date' ? toDate : toDateTime)(reading, tree.parent[node]!);
  }
  const primitive = parse(valueOf(tree, node).trim(), fhirType);
  if (primitive !== undefined) reading.journal.mapped(node, '');
  return primitive;
}

function parse(text: string, fhirType: string): Primitive | undefined {
  switch (fhirType) {
    case 'boolean': {
      const value = truthOf(text);
      return value === undefined ? undefined : { value };
    }
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt': {
      const least = fhirType === 'integer' ? -2147483648 : fhirType === 'positiveInt' ? 1 : 0;
      const value = /^-?\d{1,10}$/.test(text) ? Number(text) : NaN;
      return value >= least && value <= 2147483647 ? { value } : undefined;
    }
    case 'code':
      return /^\S+( \S+)*$/.test(text) ? { value: text } : undefined;
    case 'uri':
    case 'url':
      return /^\S+$/.test(text) ? { value: text } : undefined;
    case 'string':
    case 'markdown':
      return text === '' ? undefined : { value: text };
    default:
      return undefined;
  }
}
