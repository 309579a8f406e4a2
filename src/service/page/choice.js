/** The text of an element with a choice of types, such as `value[x]`. */
import { timingText } from './dosage.js';
import { absentText, conceptText, dateText, numberText, periodText, quantityText, rangeText } from './fhir.js';

/** The value of an element with a choice of types: `value[x]`, `onset[x]`, `effective[x]`. */
export function choiceText(resource, name) {
  for (const [key, value] of Object.entries(resource)) {
    if (!key.startsWith(name) || !/^[A-Z]/.test(key.slice(name.length))) continue;
    return anyText(value, key.slice(name.length));
  }
  for (const [key, value] of Object.entries(resource)) {
    if (key.startsWith(`_${name}`)) return absentText(value);
  }
  return '';
}

function anyText(value, type) {
  switch (type) {
    case 'Quantity':
    case 'Age':
    case 'Duration':
      return quantityText(value);
    case 'CodeableConcept':
      return conceptText(value);
    case 'Period':
      return periodText(value);
    case 'Range':
      return rangeText(value);
    case 'Ratio':
      return `${quantityText(value.numerator)} : ${quantityText(value.denominator)}`;
    case 'DateTime':
    case 'Date':
    case 'Instant':
      return dateText(value);
    case 'Boolean':
      return value ? 'yes' : 'no';
    case 'Timing':
      return timingText(value);
    case 'SampledData':
      return value.data ?? '';
    default:
      return typeof value === 'object' ? numberText(value) : String(value);
  }
}
