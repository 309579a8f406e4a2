import type { Bundle } from 'fhir/r4.js';

/** What no Bundle may have, whatever it was made from; each fault once. */
export function faultsOf(bundle: Bundle, json: string): string[] {
  const faults = new Set<string>();
  const parsed = JSON.parse(json) as Bundle;
  const addresses = new Set<string>();
  for (const { fullUrl = '', resource } of parsed.entry ?? []) {
    if (addresses.has(fullUrl)) faults.add('two entries of one address');
    addresses.add(fullUrl);
    if (!/^[A-Za-z0-9.-]{1,64}$/.test(resource?.id ?? '')) faults.add('no id');
  }
  const visit = (value: unknown, key: string): void => {
    if (value === undefined) faults.add(`undefined at ${key}`);
    else if (typeof value === 'number' && !Number.isFinite(value)) faults.add(`no number at ${key}`);
    else if (typeof value === 'string') visitText(value, key);
    else if (Array.isArray(value)) {
      if (value.length === 0) faults.add(`an empty list at ${key}`);
      for (const item of value) if (item !== null) visit(item, key);
    } else if (typeof value === 'object' && value !== null) {
      if (Object.keys(value).length === 0) faults.add(`an empty object at ${key}`);
      for (const [name, inner] of Object.entries(value)) visit(inner, name);
    }
  };
  const visitText = (text: string, key: string): void => {
    if (text === '') faults.add(`an empty text at ${key}`);
    if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) faults.add(`a control character at ${key}`);
    if (/\p{Surrogate}/u.test(text)) faults.add(`half a character at ${key}`);
    if (/^(\[object |function\b)/.test(text)) faults.add(`a word of the program at ${key}`);
    if (key === 'reference' && text.startsWith('urn:uuid:') && !addresses.has(text))
      faults.add('a reference to nothing');
    if (key === 'div') visitNarrative(text);
  };
  const visitNarrative = (div: string): void => {
    if (!div.startsWith('<div xmlns="http://www.w3.org/1999/xhtml"')) faults.add('a narrative that is no div');
    for (const [tag] of div.matchAll(/<[^>]*>/g)) {
      if (/^<\/?(script|style|iframe|object|embed|svg|form|link|meta|base)\b/i.test(tag))
        faults.add(`narrative with ${tag.slice(0, 12)}`);
      if (/\son\w+\s*=/i.test(tag.replace(/"[^"]*"/g, '""'))) faults.add('narrative with a handler');
      if (/\s(href|src)="(?!#|https?:|data:image\/)/i.test(tag)) faults.add('narrative with an address that runs');
      if (/style="[^"]*(url|expression|position|@import)/i.test(tag))
        faults.add('narrative with a style that loads or moves');
    }
  };
  visit(bundle, 'Bundle');
  return [...faults];
}
