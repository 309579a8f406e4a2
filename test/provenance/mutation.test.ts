import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { seeded } from '../seeded.js';
import { silences } from './mutation.js';
import { converter } from '../packaged-converter.js';

const samples = fileURLToPath(new URL('../../samples', import.meta.url));
const corpus = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

describe('mutation: any one source value that is changed shows in the Bundle or in the ledger', () => {
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.xml'))) {
    it(`in ${file}`, () => {
      expect(silences(converter, readFileSync(join(samples, file)), 150, seeded(file.length))).to.deep.equal([]);
    });
  }

  it('in one document of each sender of the corpus', function () {
    if (!existsSync(corpus)) {
      console.log('      skipped: ../shared/corpus is not here');
      this.skip();
    }
    const found = readdirSync(corpus, { withFileTypes: true })
      .filter((sender) => sender.isDirectory())
      .flatMap((sender, index) => {
        const files = readdirSync(join(corpus, sender.name), { recursive: true, encoding: 'utf8' })
          .filter((f) => f.endsWith('.xml'))
          .sort();
        for (const file of files) {
          const bytes = readFileSync(join(corpus, sender.name, file));
          if (bytes.length > 300_000) continue;
          try {
            return silences(converter, bytes, 10, seeded(index)).map((silence) => ({
              file: `${sender.name}/${file}`,
              ...silence,
            }));
          } catch {
            // Not well-formed: another test's business.
          }
        }
        return [];
      });
    expect(found).to.deep.equal([]);
  });
});
