/** How a medicine is taken and how often, as text. */
import { conceptText, dateText, numberText, periodText, quantityText, rangeText } from './fhir.js';

/** How a medicine is taken: the text of the author, else what the structure says. */
export function dosageText(dosage) {
  if (dosage === undefined) return '';
  if (dosage.text !== undefined) return dosage.text;
  const dose = dosage.doseAndRate?.[0];
  const parts = [
    quantityText(dose?.doseQuantity) || rangeText(dose?.doseRange),
    quantityText(dose?.rateQuantity) || rangeText(dose?.rateRange),
    conceptText(dosage.route),
    timingText(dosage.timing),
    dosage.asNeededBoolean === true ? 'as needed' : '',
    dosage.asNeededCodeableConcept === undefined ? '' : `as needed for ${conceptText(dosage.asNeededCodeableConcept)}`,
    dosage.patientInstruction,
  ];
  return parts.filter(Boolean).join(', ');
}

const UNITS = { s: 'second', min: 'minute', h: 'hour', d: 'day', wk: 'week', mo: 'month', a: 'year' };

export function timingText(timing) {
  if (timing === undefined) return '';
  const { repeat = {}, code, event } = timing;
  const parts = [conceptText(code)];
  if (repeat.period !== undefined) parts.push(everyText(repeat));
  if (repeat.when !== undefined) parts.push(repeat.when.join(', '));
  if (repeat.timeOfDay !== undefined) parts.push(`at ${repeat.timeOfDay.map((time) => time.slice(0, 5)).join(', ')}`);
  if (repeat.dayOfWeek !== undefined) parts.push(repeat.dayOfWeek.join(', '));
  if (repeat.boundsPeriod !== undefined) parts.push(periodText(repeat.boundsPeriod));
  if (repeat.boundsDuration !== undefined) parts.push(`for ${quantityText(repeat.boundsDuration)}`);
  if (event !== undefined) parts.push(event.map(dateText).join(', '));
  return parts.filter(Boolean).join(', ');
}

function everyText({ frequency, period, periodMax, periodUnit }) {
  const unit = UNITS[periodUnit] ?? periodUnit ?? '';
  const length = numberText(period);
  const most = periodMax === undefined ? '' : `–${numberText(periodMax)}`;
  const each = length === '1' && most === '' ? `every ${unit}` : `every ${length}${most} ${unit}s`;
  return frequency === undefined || frequency === 1 ? each : `${frequency} times ${each}`;
}
