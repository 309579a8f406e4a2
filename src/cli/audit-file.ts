import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { UsageError } from './command.js';
import { linesOf, print, type Terminal } from './terminal.js';

interface Link {
  readonly link: number;
  readonly previous: string;
  readonly hash: string;
  readonly hashed: readonly unknown[];
}

/**
 * Checks lines that the service wrote to `audit.file`, in the order of the files: that each is what was written, and none is left out.
 * A line that comes twice is none too many: what was not known to have arrived is sent again.
 */
export async function verifyFiles(files: readonly string[], terminal: Terminal): Promise<number> {
  const faults: string[] = [];
  let last: Link | undefined;
  let checked = 0;
  for (const file of files) {
    let number = 0;
    for await (const line of linesIn(file)) {
      number++;
      const place = `${file}:${number}`;
      const link = linkIn(line);
      if (link === undefined) {
        faults.push(`${place}: is no line of an audit`);
        continue;
      }
      if (hashOf(link) !== link.hash || link.hashed[0] !== link.link)
        faults.push(`${place}: link ${link.link} is not what was written`);
      if (last !== undefined && link.link <= last.link) continue;
      if (last !== undefined && link.link !== last.link + 1)
        faults.push(`${place}: ${link.link - last.link - 1} are missing before link ${link.link}`);
      else if (last !== undefined && link.previous !== last.hash)
        faults.push(`${place}: link ${link.link} does not follow the line before it`);
      last = link;
      checked++;
    }
  }
  await print(terminal.stderr, linesOf(faults));
  const head = last === undefined ? '' : `; the last link is ${last.link}, ${last.hash}`;
  await print(terminal.stdout, `${checked} audited, ${faults.length} faults${head}\n`);
  return faults.length === 0 ? 0 : 1;
}

async function* linesIn(file: string): AsyncGenerator<string> {
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity }))
      if (line !== '') yield line;
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}

function linkIn(line: string): Link | undefined {
  try {
    const value = JSON.parse(line) as Partial<Link>;
    const isLink =
      typeof value.link === 'number' &&
      typeof value.previous === 'string' &&
      typeof value.hash === 'string' &&
      Array.isArray(value.hashed);
    return isLink ? (value as Link) : undefined;
  } catch {
    return undefined;
  }
}

function hashOf({ previous, hashed }: Link): string {
  return createHash('sha256').update(Buffer.from(previous, 'hex')).update(JSON.stringify(hashed)).digest('hex');
}
