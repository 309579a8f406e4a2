/** Columns that several kinds of resources share: a title, the text of a cell, and for some columns codes or a flag. */
import { choiceText } from './choice.js';
import { codesText, codeText, conceptText, rangeText } from './fhir.js';
import { joined } from './label.js';

export const column = (title, text, codes) => ({ title, text, codes });
export const code = (title) =>
  column(
    title,
    ({ code }) => conceptText(code),
    ({ code }) => codesText(code),
  );
/** Words that reverse the meaning of a row. A reader who overlooks "refuted" takes the row for a diagnosis. */
const DENIALS = ['refuted', 'entered-in-error', 'not-done', 'not to be done'];

export function statusWords({ status, clinicalStatus, verificationStatus, doNotPerform }) {
  const verified = codeText(verificationStatus);
  return [
    doNotPerform === true ? 'not to be done' : '',
    codeText(clinicalStatus),
    verified === 'confirmed' ? '' : verified,
    clinicalStatus === undefined && verified === '' ? status : '',
  ].filter(Boolean);
}

export const status = {
  title: 'Status',
  text: (resource) => statusWords(resource).join(', '),
  flag: (resource) => statusWords(resource).some((word) => DENIALS.includes(word)),
};
export const when = (name) => column('When', (resource) => choiceText(resource, name));

export const value = column('Result', (resource) => {
  const parts = (resource.component ?? []).map((part) => `${conceptText(part.code)}: ${valueText(part)}`);
  const own = valueText(resource);
  return [own, ...parts].filter(Boolean).join('; ');
});

function valueText(resource) {
  return choiceText(resource, 'value') || conceptText(resource.dataAbsentReason);
}

/** Codes of v3 ObservationInterpretation with their meanings. */
const FLAGS = {
  L: 'low',
  LL: 'critically low',
  H: 'high',
  HH: 'critically high',
  A: 'abnormal',
  AA: 'critical',
  POS: 'positive',
  N: 'normal',
  NEG: 'negative',
};

function flagOf(resource) {
  const codes = (resource.interpretation ?? []).map(codeText).filter(Boolean);
  return {
    text: codes.map((each) => FLAGS[each] ?? each).join(', '),
    alarming: codes.some((each) => !['N', 'NEG'].includes(each)),
  };
}

export const flag = {
  title: 'Flag',
  text: (resource) => flagOf(resource).text,
  flag: (resource) => flagOf(resource).alarming,
};
export const range = column('Reference range', ({ referenceRange }) =>
  (referenceRange ?? []).map((each) => [rangeText(each), each.text].filter(Boolean).join(' ')).join('; '),
);
export const notes = column('Notes', ({ note }) => joined(note, ({ text }) => text));
