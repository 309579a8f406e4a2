/**
 * The directives of the mapping language. The checks, the JSON Schema and the documentation are made from this one
 * list. `shape` is a JSON Schema of the directive's value.
 */
export interface Directive {
  readonly says: string;
  readonly shape: Readonly<Record<string, unknown>>;
}

const selector = {
  type: 'string',
  description: 'XPath 1.0, starting from the current element; CDA is the default namespace',
};
const anything = { $ref: '#/$defs/value' };

export const directives: ReadonlyMap<string, Directive> = new Map([
  ['$from', { says: 'Converts the nodes of this selector to the type of the element.', shape: selector }],
  [
    '$each',
    {
      says: 'Makes the rest of this object once for each node of this selector; selectors in it start from that node.',
      shape: selector,
    },
  ],
  [
    '$sort',
    { says: 'Beside $each: sorts the nodes by the text of this selector; times by their moment.', shape: selector },
  ],
  [
    '$pick',
    {
      says: 'Beside $each: only the first or the last of the nodes; beside $map: only the first that has a target.',
      shape: { enum: ['first', 'last'] },
    },
  ],
  [
    '$first',
    {
      says: 'The first of these alternatives that gives a value.',
      shape: { type: 'array', items: anything, minItems: 1 },
    },
  ],
  ['$when', { says: 'The element is made only if this selector holds.', shape: selector }],
  [
    '$without',
    {
      says: 'The element is made only if none of these elements of the same object is filled. They must stand before it.',
      shape: { type: ['string', 'array'], items: { type: 'string' } },
    },
  ],
  [
    '$beside',
    {
      says: 'The element is made only if one of these elements of the same object has a value. They must stand before it.',
      shape: { type: ['string', 'array'], items: { type: 'string' } },
    },
  ],
  ['$value', { says: 'The value itself; for a literal beside $when.', shape: anything }],
  [
    '$map',
    {
      says: 'Translates the code that $from finds by this ConceptMap (mappings/conceptmaps).',
      shape: { type: 'string' },
    },
  ],
  [
    '$maybe',
    {
      says: 'Beside $map: no warning for a code without a target, because another element has it.',
      shape: { const: true },
    },
  ],
  [
    '$present',
    {
      says: 'Beside $from: only a value. The reason why there is none is given by another element.',
      shape: { const: true },
    },
  ],
  [
    '$code',
    {
      says: 'A fixed code; its system comes from the binding of the element, or from $system.',
      shape: { type: 'string' },
    },
  ],
  ['$system', { says: 'Beside $code: the code system.', shape: { type: 'string' } }],
  ['$display', { says: 'Beside $code: the display.', shape: { type: 'string' } }],
  [
    '$join',
    {
      says: 'Beside $from: joins the texts of all nodes, each once, with this between them.',
      shape: { type: 'string' },
    },
  ],
  ['$type', { says: 'Beside $from: read the nodes as this CDA data type.', shape: { type: 'string' } }],
  [
    '$prefer',
    {
      says: 'Beside $from: code systems whose codings come first.',
      shape: { type: 'array', items: { type: 'string' } },
    },
  ],
  [
    '$required',
    {
      says: 'If this element is missing, the object around it (at the top: the resource) is not made.',
      shape: { const: true },
    },
  ],
  [
    '$absent',
    {
      says: 'A data-absent-reason in the place of the value: its code, or "= selector" for the reason that a nullFlavor gives.',
      shape: { type: 'string' },
    },
  ],
  [
    '$resource',
    {
      says: 'Makes a resource of this element by the mapping named, and leaves a Reference here.',
      shape: { type: 'string' },
    },
  ],
  [
    '$ref',
    {
      says: 'A Reference to the resource of the mapping named, which matches a path of the header.',
      shape: { type: 'string' },
    },
  ],
  [
    '$made',
    {
      says: 'References to the resources made from the statements at or below these nodes. Statements inside another such statement are left out.',
      shape: selector,
    },
  ],
  ['$kind', { says: 'Beside $made: only resources of this type.', shape: { type: 'string' } }],
  [
    '$reach',
    {
      says: 'Beside $made: "all" includes statements inside other statements; "itself" takes only these nodes.',
      shape: { enum: ['all', 'itself'] },
    },
  ],
  ['$narrative', { says: 'A Narrative of these nodes: narrative itself, or references into it.', shape: selector }],
  ['$targets', { says: 'References to the resources that the current authorship is for.', shape: { const: true } }],
  [
    '$use',
    {
      says: 'A fragment (mappings/fragments), or several.',
      shape: { type: ['string', 'array'], items: { type: 'string' } },
    },
  ],
  ['$comment', { says: 'A comment for readers of the mapping.', shape: { type: 'string' } }],
]);
