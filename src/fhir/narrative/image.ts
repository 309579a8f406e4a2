import { nameId } from '../../cda/vocabulary.js';
import type { Reading } from '../../cda/reading.js';
import { attribute, isElement, NONE, valueOf, type Node } from '../../xml/tree.js';
import { asBase64, isBase64, ownCharacters } from '../types/base64.js';
import { markTexts } from '../types/text.js';

const MEDIA_TYPE = nameId('mediaType');
const OBSERVATION_MEDIA = nameId('observationMedia');
const REPRESENTATION = nameId('representation');
const VALUE = nameId('value');

/** Images that browsers show and that FHIR's narrative may hold. */
const SHOWN = /^image\/(png|gif|jpeg)$/;

/**
 * The image of a `renderMultiMedia` as a `data:` URL. The ID is that of an observationMedia, or of a region of one
 * (C-CDA on FHIR, guidance-85). Undefined if the document does not contain the image: nothing is loaded from elsewhere.
 */
export function imageAddress(reading: Reading, id: string): string | undefined {
  const value = imageValue(reading, reading.narrativeElement(id));
  if (value === NONE) return undefined;
  const { tree, journal } = reading;
  if (!reading.mayTell(value, tree.end[value]! - tree.start[value]!)) return undefined;
  const mediaType = attribute(tree, value, MEDIA_TYPE);
  const type = mediaType === NONE ? '' : valueOf(tree, mediaType).trim();
  const content = asBase64(ownCharacters(reading, value));
  if (!SHOWN.test(type) || content === undefined || content === '') return undefined;
  journal.mapped(mediaType, 'div');
  markTexts(reading, value, 'div');
  if (isBase64(reading, value)) journal.used(attribute(tree, value, REPRESENTATION));
  return `data:${type};base64,${content}`;
}

function imageValue({ tree }: Reading, element: Node): Node {
  if (element === NONE) return NONE;
  for (let node = element; node <= tree.last[element]!; node++) {
    if (isElement(tree, node) && tree.name[node] === VALUE && tree.name[tree.parent[node]!] === OBSERVATION_MEDIA)
      return node;
  }
  return NONE;
}
