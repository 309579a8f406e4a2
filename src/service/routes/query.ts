/** What the query of a request says: each name once, and none that nobody reads. */
import type { Request } from 'express';
import { ownValue } from '../../own-value.js';
import { suggestion } from '../../xpath/nearest.js';
import { ServiceError } from '../errors/service-error.js';

/** Everything that it says. @throws ServiceError 400 where a name is given twice */
export function queryOf(request: Request): Partial<Record<string, string>> & Record<string, string> {
  const names = Object.keys(request.query);
  return Object.fromEntries(names.map((name) => [name, queryValue(request, name)!]));
}

/** What it says under a name. @throws ServiceError 400 where it is given twice */
export function queryValue(request: Request, name: string): string | undefined {
  const value = ownValue(request.query, name);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw new ServiceError(400, 'value', `${name.slice(0, 64)} may be given once.`);
  return value;
}

/** @throws ServiceError 400 where the value is none of these */
export function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw new ServiceError(400, 'value', `${name} is ${allowed.join(' or ')}.`);
  return found;
}

/** A name that nobody reads would be a wish that nobody hears. @throws ServiceError 400 with the nearest name */
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
