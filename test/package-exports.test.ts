import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

describe('what the package exports', () => {
  const { exports, files } = JSON.parse(readFileSync(at('package.json'), 'utf8')) as {
    exports: Readonly<Record<string, string | object>>;
    files: readonly string[];
  };

  it('has the schemas of mappings and word lists, for editors, and package.json', () => {
    for (const name of ['./mapping.schema.json', './words.schema.json', './package.json']) {
      const path = exports[name] as string;
      expect(existsSync(at(path)), name).to.equal(true);
      const packed = path === './package.json' || files.some((folder) => path.startsWith(`./${folder}/`));
      expect(packed, `${path} is packed`).to.equal(true);
    }
  });

  it('has the schemas that the editor settings of this repository name', () => {
    const settings = JSON.parse(readFileSync(at('.vscode/settings.json'), 'utf8')) as {
      'json.schemas': readonly { url: string }[];
    };
    for (const { url } of settings['json.schemas']) expect(existsSync(at(url)), url).to.equal(true);
  });
});
