import { elementsOf, isPrimitive, isResource, resourceNames, type ElementDefinition } from '../fhir/elements.js';
import { ownValue } from '../own-value.js';
import { directives } from './language.js';

type Schema = Readonly<Record<string, unknown>>;

/**
 * By type (`Observation.component`), then by element (`value[x]`). The description of a type itself is under the empty
 * name.
 */
export type ElementDescriptions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The JSON Schema of mapping files, with which an editor completes directives and names of FHIR elements and underlines
 * mistakes. It is made from the tables that the loader checks with, so it can't disagree with the loader.
 *
 * @param words FHIR's short description of each element, which the editor shows
 */
export function mappingSchema(words: ElementDescriptions): Schema {
  const definitions = new Map<string, Schema>();
  for (const resource of resourceNames()) define(resource, definitions, words);
  const text = { type: 'string' };
  const texts = { type: ['string', 'array'], items: text };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Cairn mapping',
    type: 'object',
    required: ['id', 'title', 'on'],
    anyOf: [{ required: ['resource'] }, { required: ['drop', 'where'] }],
    additionalProperties: false,
    properties: {
      $schema: text,
      $comment: text,
      id: {
        ...text,
        description: 'The name by which other mappings ask for this one; patches of senders are named after it.',
      },
      title: { ...text, description: 'What it makes of what, in a few words.' },
      basis: { ...text, description: 'The pages and clauses that this follows.' },
      on: {
        type: 'array',
        items: text,
        minItems: 1,
        description: 'The CDA elements that it is for. Selectors start there.',
      },
      match: {
        description: 'When the mapping applies by itself. Without it, only $resource uses the mapping.',
        ...oneOrMany({ $ref: '#/$defs/$match' }),
      },
      identity: {
        type: 'object',
        additionalProperties: false,
        description: 'What the id is made from. If absent: the ids of the entry, and the patient.',
        properties: {
          scope: { enum: ['subject', 'patient', 'shared', 'document'] },
          by: { type: ['string', 'array'], items: texts },
          apart: {
            ...text,
            description: 'If two resources both say something here and they differ, they are never one.',
          },
          alike: {
            type: 'object',
            required: ['by'],
            additionalProperties: false,
            description: 'When two resources of one document are the same although they have different ids.',
            properties: {
              $comment: text,
              by: { ...texts, description: 'What both must say, in the same words.' },
              ids: { ...text, description: 'If they have different ids in one system, they are two.' },
              oneId: { type: 'boolean', description: 'If both have ids, they must share one, in whatever system.' },
              apart: { ...texts, description: 'If both say something here and they differ, they are two.' },
            },
          },
        },
      },
      group: {
        type: 'object',
        required: ['within', 'of', 'by'],
        additionalProperties: false,
        description: 'How several statements become one resource.',
        properties: {
          within: { ...text, description: 'The element that they all stand in, found from a member.' },
          of: { ...text, description: 'The statements that may be members, found from that element.' },
          by: {
            type: 'array',
            items: {
              anyOf: [
                text,
                {
                  type: 'object',
                  required: ['in'],
                  additionalProperties: false,
                  properties: { in: text, text },
                },
              ],
            },
            description:
              'The rules by which they belong together, the strictest first: equal text that is not empty; or the same element `in` and equal text, which may be empty.',
          },
          apart: { ...text, description: 'Two statements with equal text here never share a resource.' },
          main: { ...text, description: 'The member for which this holds is the one that selectors start from.' },
        },
      },
      profiles: {
        type: 'array',
        description: 'Profiles that the resource claims if it has every element in "needs"; a|b means one of the two.',
        items: {
          type: 'object',
          required: ['url', 'needs'],
          additionalProperties: false,
          properties: { url: text, needs: { type: 'array', items: text } },
        },
      },
      let: {
        type: 'object',
        additionalProperties: text,
        description: 'Names for nodes. Selectors of this file may start from $name, also inside $each.',
      },
      ignore: {
        type: 'object',
        additionalProperties: text,
        description: 'Selector -> the reason why what it selects is left out.',
      },
      repeats: {
        type: 'object',
        additionalProperties: text,
        description: 'Selector -> selector: the first place says what the second one says, which is in the resource.',
      },
      issues: {
        type: 'object',
        description: 'What the reader of the document should know. Each issue has a name.',
        additionalProperties: { $ref: '#/$defs/$issue' },
      },
      where: { ...text, description: 'Beside "drop": which statements it is about.' },
      drop: { ...text, description: 'In place of "resource": why no resource is made of these statements.' },
      unmatched: { type: 'boolean', description: 'Beside "drop": only statements that no mapping matches.' },
      also: { type: 'array', items: text, description: 'Mappings that make further resources of the same element.' },
      provenance: {
        type: 'boolean',
        description: 'false if the resource is not a statement of somebody: people, organizations.',
      },
      resource: {
        type: 'object',
        required: ['resourceType'],
        properties: { resourceType: { enum: resourceNames() } },
        allOf: resourceNames().map((name) => ({
          if: { properties: { resourceType: { const: name } } },
          then: { $ref: `#/$defs/${name}` },
        })),
      },
    },
    $defs: {
      $match: {
        type: 'object',
        additionalProperties: false,
        minProperties: 1,
        properties: {
          $comment: text,
          any: {
            type: 'array',
            items: { $ref: '#/$defs/$match' },
            description: 'Matches that share the conditions beside this.',
          },
          template: { ...texts, description: 'templateId/@root of the statement; of several, any one.' },
          version: { ...text, description: 'templateId/@extension, if only one version is meant.' },
          within: { ...text, description: 'A templateId/@root that an enclosing element has.' },
          section: { ...texts, description: 'LOINC codes of the section around it.' },
          where: { ...text, description: 'A selector that holds.' },
          leftOver: {
            const: true,
            description: 'Only statements from which nothing was made and nothing was read when the walk was over.',
          },
          path: { ...text, description: 'An absolute path, for something in the header.' },
          authorship: { const: true, description: 'This makes the Provenance of each authorship.' },
          priority: {
            type: 'number',
            description: 'If several mappings match, the highest wins. If absent: the number of conditions.',
          },
        },
      },
      $issue: {
        type: 'object',
        required: ['code', 'text'],
        additionalProperties: false,
        properties: {
          $comment: text,
          code: { ...text, description: 'One of those that issues.json declares.' },
          severity: { enum: ['warning', 'information'], description: 'If absent: warning.' },
          each: { ...text, description: 'The issue is told for each of these nodes; "when" and "places" start there.' },
          when: { ...text, description: 'The issue is told if this selector holds.' },
          places: {
            type: 'array',
            items: text,
            description: 'The first node of each is a place of the issue. If absent: the statement.',
          },
          text: { ...text, description: "What the reader should know. It can't quote the document." },
        },
      },
      value: true,
      $directives: directivesSchema(),
      $primitive: { ...directed({}, '$primitive'), type: ['string', 'number', 'boolean', 'object'] },
      ...Object.fromEntries(definitions),
    },
  };
}

/**
 * The JSON Schema of word lists (`words/<name>.json`) and of a sender's changes to one
 * (`senders/<sender>/words/<name>.json`).
 */
export function wordsSchema(): Schema {
  const text = { type: 'string', pattern: '[\\p{L}\\p{N}]' };
  const phrases = (description: string) => ({ type: 'array', items: text, uniqueItems: true, description });
  const shared = { $schema: { type: 'string' }, $comment: { type: 'string' } };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Cairn word list',
    anyOf: [
      {
        type: 'object',
        required: ['title', 'words'],
        additionalProperties: false,
        properties: {
          ...shared,
          title: { type: 'string', description: 'What its words mean.' },
          words: phrases('Words and phrases; letter case, white space and punctuation count for nothing.'),
          alone: phrases('Words that count only if they are the whole text.'),
        },
      },
      {
        type: 'object',
        additionalProperties: false,
        properties: {
          ...shared,
          add: phrases('Further words of this sender.'),
          remove: phrases('Words that do not mean this when this sender uses them.'),
        },
      },
    ],
  };
}

/** An object of directives and the given elements. The shapes of the directives are defined once, in `$directives`. */
function directed(elements: Record<string, Schema>, name: string): Schema {
  const self = { $ref: `#/$defs/${name}` };
  return {
    type: 'object',
    allOf: [{ $ref: '#/$defs/$directives' }],
    // What stands in $first and $value is written as it would be without them.
    properties: { ...elements, $first: { items: oneOrMany(self) }, $value: oneOrMany(self) },
    patternProperties: { '^\\$': true },
    additionalProperties: false,
  };
}

/** A list or a single one. An `anyOf` would tell both sides of a mistake, and the editor marks the whole value. */
function oneOrMany(one: Schema): Schema {
  return { if: { type: 'array' }, then: { items: one }, else: one };
}

function directivesSchema(): Schema {
  return {
    properties: Object.fromEntries(
      [...directives].map(([name, { says, shape }]) => [name, { ...shape, description: says }]),
    ),
    propertyNames: { if: { pattern: '^\\$' }, then: { enum: [...directives.keys()] } },
  };
}

function define(typePath: string, definitions: Map<string, Schema>, words: ElementDescriptions): void {
  if (definitions.has(typePath)) return;
  definitions.set(typePath, {});
  const said = ownValue(words, typePath) ?? {};
  const found = new Map<string, Schema>(isResource(typePath) ? [['resourceType', { const: typePath }]] : []);
  for (const element of elementsOf(typePath)) {
    const description = ownValue(said, element.name);
    for (const [name, type] of namesAndTypes(element)) {
      const primitive = isPrimitive(type);
      if (!primitive && type !== '$choice') define(element.path ?? type, definitions, words);
      const one = { $ref: `#/$defs/${primitive || type === '$choice' ? '$primitive' : (element.path ?? type)}` };
      const shape = element.array ? oneOrMany(one) : one;
      found.set(name, { ...shape, description });
      if (primitive)
        found.set(`_${name}`, { $ref: '#/$defs/Element', description: `What is said of "${name}" beside its value` });
    }
  }
  if (typePath !== 'Element') define('Element', definitions, words);
  const description = ownValue(said, '');
  const elements = Object.fromEntries(found);
  definitions.set(
    typePath,
    isResource(typePath)
      ? { description, ...directed(elements, typePath) }
      : { description, ...directed(elements, typePath), type: ['string', 'object'] },
  );
}

function namesAndTypes({ name, types }: ElementDefinition): (readonly [string, string])[] {
  if (!name.endsWith('[x]')) return [[name, types[0] ?? 'Element']];
  return [
    [name, '$choice'],
    ...types.map((type) => [name.slice(0, -3) + type[0]!.toUpperCase() + type.slice(1), type] as const),
  ];
}
