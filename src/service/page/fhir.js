/** FHIR data types as text for people. Nothing is computed: each text shows what the resource has. */
const ABSENT = 'http://hl7.org/fhir/StructureDefinition/data-absent-reason';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const SYSTEMS = {
  'http://snomed.info/sct': 'SNOMED CT',
  'http://loinc.org': 'LOINC',
  'http://www.nlm.nih.gov/research/umls/rxnorm': 'RxNorm',
  'http://hl7.org/fhir/sid/icd-10-cm': 'ICD-10-CM',
  'http://hl7.org/fhir/sid/icd-9-cm': 'ICD-9-CM',
  'http://hl7.org/fhir/sid/cvx': 'CVX',
  'http://hl7.org/fhir/sid/ndc': 'NDC',
  'http://www.ama-assn.org/go/cpt': 'CPT',
  'http://unitsofmeasure.org': 'UCUM',
};

/** `2024-03-06T10:45:12-05:00` -> `6 Mar 2024, 10:45 −05:00`. The zone stays that of the source. */
export function dateText(value) {
  if (typeof value !== 'string') return '';
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d)(?::[\d.]+)?(Z|[+-]\d\d:\d\d)?)?)?)?$/.exec(value);
  if (match === null) return value;
  const [, year, month, day, time, offset] = match;
  const date = [day === undefined ? '' : String(Number(day)), month === undefined ? '' : MONTHS[month - 1], year];
  // A date stays on one line.
  const text = date.filter((part) => part !== '').join('\u00A0');
  if (time === undefined) return text;
  return `${text}, ${time}\u00A0${offset === 'Z' ? 'UTC' : (offset ?? '').replace('-', '−')}`.trim();
}

/** Start and end, either of which may be missing. */
export function periodText(period) {
  if (period === undefined) return '';
  const start = dateText(period.start);
  const end = dateText(period.end);
  if (start !== '' && start === end) return start;
  if (start === '') return end === '' ? '' : `until ${end}`;
  return end === '' ? `since ${start}` : `${start} – ${end}`;
}

/** The text of a CodeableConcept: the author's words, else the display of the code. */
export function conceptText(concept) {
  if (concept === undefined || concept === null) return '';
  const coding = concept.coding ?? [];
  const shown = concept.text ?? coding.find(({ display }) => display !== undefined)?.display;
  return shown ?? coding.map(codingText).find((text) => text !== '') ?? absentText(concept);
}

/** `SNOMED CT 77386006` of each coding. */
export function codesText(concept) {
  return (concept?.coding ?? []).map(codingText).filter((text) => text !== '');
}

function codingText({ system, code }) {
  if (code === undefined) return '';
  const name =
    SYSTEMS[system] ??
    (system ?? '')
      .split(/[/:]/)
      .filter((part) => part !== '')
      .pop() ??
    '';
  return `${name} ${code}`.trim();
}

/** The code of a status is shown as it is, because everybody knows it. */
export function codeText(concept) {
  return concept?.coding?.[0]?.code ?? concept?.text ?? '';
}

/** A number in the digits of the source: `5.0` stays `5.0` if the browser supports it. */
export function numberText(value) {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? value.rawJSON : String(value);
}

export function quantityText(quantity) {
  if (quantity === undefined) return '';
  const unit = unitText(quantity.unit ?? quantity.code ?? '');
  const number = `${quantity.comparator ?? ''}${numberText(quantity.value)}`;
  if (number === '') return unit === '' ? absentText(quantity) : unit;
  return unit === '' || unit === '1' ? number : `${number}${unit === '%' ? '' : '\u00A0'}${unit}`;
}

/** Shows units as people write them. UCUM's codes are for programs; the resource keeps them. */
const UNIT_NAMES = {
  'mm[Hg]': 'mmHg',
  '[degF]': '°F',
  Cel: '°C',
  '[lb_av]': 'lb',
  '[in_i]': 'in',
  '[oz_av]': 'oz',
  '[IU]': 'IU',
  '[pH]': 'pH',
};

function unitText(unit) {
  const known = UNIT_NAMES[unit];
  if (known !== undefined) return known;
  return unit.replace(/^\{(.+)\}$/, '$1').replace(/10\*(\d)/, (_, power) => `10${'⁰¹²³⁴⁵⁶⁷⁸⁹'[power]}`);
}

export function rangeText(range) {
  if (range === undefined) return '';
  const low = quantityText(range.low);
  const high = quantityText(range.high);
  if (low !== '' && high !== '') {
    const unit = range.low.unit !== undefined && range.low.unit === range.high.unit;
    return unit ? `${numberText(range.low.value)} – ${high}` : `${low} – ${high}`;
  }
  if (low !== '') return `≥ ${low}`;
  return high === '' ? '' : `≤ ${high}`;
}

/** The reason that the resource gives for a missing value. */
export function absentText(value) {
  const reason = value?.extension?.find(({ url }) => url === ABSENT)?.valueCode;
  return reason === undefined ? '' : `(${reason.replaceAll('-', ' ')})`;
}

export function nameText(names) {
  const name = names?.find(({ use }) => use === 'official') ?? names?.[0];
  if (name === undefined) return '';
  if (name.text !== undefined) return name.text;
  const parts = [name.prefix, name.given, name.family, name.suffix];
  return parts.flatMap((part) => part ?? []).join(' ') || absentText(name._family) || absentText(name);
}

export function addressText(address) {
  if (address === undefined) return '';
  if (address.text !== undefined) return address.text;
  const { line = [], city, state, postalCode, country } = address;
  const place = [city, [state, postalCode].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  return [...line, place, country].filter(Boolean).join(', ');
}

export function contactText({ system, value, use }) {
  if (value === undefined) return '';
  return `${value}${use === undefined ? '' : ` (${use})`}${system === 'fax' ? ' fax' : ''}`;
}

export function identifierText({ value, type }) {
  const kind = conceptText(type);
  return value === undefined ? '' : `${value}${kind === '' ? '' : ` (${kind})`}`;
}

/** `es` -> `Spanish`, if the browser knows the language. */
export function languageText(concept) {
  const code = concept?.coding?.[0]?.code;
  const text = concept?.text ?? concept?.coding?.[0]?.display;
  if (text !== undefined || code === undefined) return text ?? '';
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
