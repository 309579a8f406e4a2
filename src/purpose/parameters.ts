import { OptionError } from '../option-error.js';
import { ownValue } from '../own-value.js';
import { readTime } from '../search/time-range.js';
import { suggestion } from '../xpath/nearest.js';
import type { DeclaredParameter, Purpose } from './purpose-file.js';

/** The values of a purpose's parameters, defaults filled in. */
export type ParameterValues = ReadonlyMap<string, string>;

const TEXT: DeclaredParameter = { type: 'string' };
const DATE: DeclaredParameter = { type: 'date' };

/**
 * Data that a kind of answer needs and no document has: the reporter, the date, the measure. They are never invented.
 */
export function answerParameters({ answer }: Purpose): Readonly<Record<string, DeclaredParameter>> {
  switch (answer.kind) {
    case 'MeasureReport':
      return { measure: TEXT, reporter: TEXT, date: DATE };
    case 'Task':
      return { requester: TEXT, owner: TEXT, date: DATE };
    default:
      return { date: DATE };
  }
}

/**
 * Checks what a caller gives: unknown names, missing ones and values of another type are errors.
 *
 * @throws OptionError in one line; it quotes no more than a parameter's name and form.
 */
export function checkParameters(purpose: Purpose, given: Readonly<Record<string, string>>): ParameterValues {
  const declared = { ...answerParameters(purpose), ...purpose.parameters };
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(given)) {
    const type = ownValue(declared, name)?.type;
    if (type === undefined) {
      throw new OptionError(`${purpose.id} has no parameter ${name}${suggestion(name, Object.keys(declared))}`);
    }
    if (value === '') throw new OptionError(`the parameter ${name} is empty`);
    if (type === 'date' && readTime(value) === undefined) {
      throw new OptionError(`the parameter ${name} is a date such as 2024-03-06`);
    }
    if (type === 'id' && !/^([A-Z]\w+\/)?[A-Za-z0-9.-]{1,64}$/.test(value)) {
      throw new OptionError(`the parameter ${name} is the id of a resource`);
    }
    values.set(name, value);
  }
  for (const [name, { required, default: otherwise }] of Object.entries(declared)) {
    if (values.has(name)) continue;
    if (otherwise !== undefined) values.set(name, otherwise);
    else if (required === true) throw new OptionError(`${purpose.id} needs the parameter ${name}`);
  }
  const [from, to] = [values.get('from'), values.get('to')];
  if (from !== undefined && to !== undefined && readTime(from)!.from >= readTime(to)!.to) {
    throw new OptionError('the parameter from is later than to');
  }
  return values;
}
