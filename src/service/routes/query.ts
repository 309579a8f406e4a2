/** Reads the query of a request. Each parameter may occur once, and one that is not known is refused. */
import type { Request } from 'express';
import { ownValue } from '../../own-value.js';
import { suggestion } from '../../xpath/nearest.js';
import { ServiceError } from '../errors/service-error.js';

/**
 * All parameters.
 * @throws ServiceError 400 if one is given twice
 */
export function queryOf(request: Request): Partial<Record<string, string>> & Record<string, string> {
  const names = Object.keys(request.query);
  return Object.fromEntries(names.map((name) => [name, queryValue(request, name)!]));
}

/**
 * One parameter.
 * @throws ServiceError 400 if it is given twice
 */
export function queryValue(request: Request, name: string): string | undefined {
  const value = ownValue(request.query, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new ServiceError(400, 'value', `${name.slice(0, 64)} may be given once.`);
  return value;
}

/**
 * One parameter with a fixed set of values.
 * @throws ServiceError 400 if the value is not one of them
 */
export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new ServiceError(400, 'value', `${name} is ${allowed.join(' or ')}.`);
  return found;
}

/**
 * Refuses parameters that are not known, because the client would believe that they did something.
 * @throws ServiceError 400 with the nearest name
 */
export function refuseOthers(request: Request, known: readonly string[]): void {
  for (const name of Object.keys(request.query)) {
    if (known.includes(name)) continue;
    const nearest = suggestion(name, known);
    const may = known.length === 0 ? '.' : `; it may have ${known.join(', ')}.`;
    throw new ServiceError(
      400,
      'value',
      `The query has a name that means nothing here${nearest === '' ? may : nearest}`,
    );
  }
}
