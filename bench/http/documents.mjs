import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function smallDocuments(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.xml'))
    .sort()
    .map((name) => readFileSync(join(folder, name)))
    .filter((bytes) => bytes.length < 300_000);
}

/** A visit summary whose entries are repeated, with ids of their own, up to just below 50 MB. */
export function largeDocument(size = 49_500_000) {
  const xml = readFileSync(new URL('../../samples/visit-summary.xml', import.meta.url), 'utf8');
  const parts = xml.split(/(<entry[\s>].*?<\/entry>)/s);
  const entries = parts.filter((_, index) => index % 2 === 1);
  const times = Math.floor((size - xml.length) / entries.join('').length);
  let number = 0;
  const again = (entry) => {
    const digits = (number++).toString(16).padStart(8, '0');
    return entry.replace(/<id ([^>]*)>/g, (id) =>
      id.includes('extension="')
        ? id.replace('extension="', `extension="${digits}-`)
        : id.replace(/root="[0-9a-fA-F]{8}-/, `root="${digits}-`),
    );
  };
  return Buffer.from(
    parts
      .map((part, index) => (index % 2 === 0 ? part : Array.from({ length: times }, () => again(part)).join('')))
      .join(''),
  );
}
