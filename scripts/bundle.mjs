/**
 * Puts the compiled modules of each program into few files: part of `npm run build`. Node takes as long to find and link three
 * hundred modules as to convert a small document. What another program, a worker or a library's user loads by its path
 * (`dist/cli.js`, `dist/index.js`) stays there and leads to the bundle; data stays where the modules stood.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const src = join(root, 'src');
/** Another folder for tests (test/built.ts). */
const dist = resolve(root, process.argv[2] ?? 'dist');

const pathFrom = (from, to) => relative(from, to).split(sep).join('/');

/** What is started or imported from outside by its path. */
const ENTRIES = ['cli', 'index', 'convert', 'service/healthcheck'];

/** A module that another one starts as a thread or a process: `new URL('./worker.js', import.meta.url)`. */
const STARTED = /new URL\(\s*['"`]([./\w-]+)(?:\.js|\$\{extname\(import\.meta\.url\)\})['"`],\s*import\.meta\.url/g;

const PROGRAMS = new Set(ENTRIES);
for (const file of readdirSync(src, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.ts')) continue;
  for (const [, module] of readFileSync(join(src, file), 'utf8').matchAll(STARTED))
    PROGRAMS.add(pathFrom(src, join(src, dirname(file), module)));
}

const bundleName = (program) => program.replaceAll('/', '-');

/** Only a conversion of one document starts from a snapshot: what else the command line loads late is left out of it. */
const onlyOneDocument = {
  name: 'only one document',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\// }, ({ path, kind }) =>
      kind === 'dynamic-import' && path !== './convert-one.js' ? { path, external: true } : undefined,
    );
  },
};

/**
 * `import.meta.url` must point to where the module stood, beside its data, whatever file of the bundle it is in now.
 */
const places = {
  name: 'places of modules',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const place = `../${pathFrom(src, path).replace(/\.ts$/, '.js')}`;
      const contents = text.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
      return { contents, loader: 'ts' };
    });
  },
};

for (const made of ['programs', 'snapshots']) rmSync(join(dist, made), { recursive: true, force: true });
const common = {
  absWorkingDir: root,
  outdir: join(dist, 'programs'),
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: [...PROGRAMS].map((program) => ({ in: join(src, `${program}.ts`), out: bundleName(program) })),
  splitting: true,
  packages: 'external',
  format: 'esm',
  plugins: [places],
});
// A startup snapshot is made of one script that loads no other (src/cli/snapshot). The snapshot holds its text, and a text of
// ASCII takes half of the memory; esbuild leaves regular expressions as they are.
const { outputFiles } = await build({
  ...common,
  entryPoints: [{ in: join(src, 'cli/snapshot/program.ts'), out: 'snapshot' }],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  write: false,
  banner: { js: "const programUrl = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': 'programUrl' },
  plugins: [places, onlyOneDocument],
});
const unicode = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
for (const { path, text } of outputFiles) writeFileSync(path, text.replace(/[^\x00-\x7f]/g, unicode));
cpSync(join(root, 'samples'), join(dist, 'cli/snapshot/documents'), {
  recursive: true,
  filter: (file) => !file.endsWith('.md'),
});

for (const program of PROGRAMS) {
  const file = join(dist, `${program}.js`);
  const bundled = `./${pathFrom(dirname(file), join(dist, 'programs', `${bundleName(program)}.js`))}`.replace(
    /^\.\/\.\./,
    '..',
  );
  mkdirSync(dirname(file), { recursive: true });
  const start = program === 'cli' ? '#!/usr/bin/env node\n' : '';
  writeFileSync(file, `${start}export * from '${bundled}';\n`);
  if (program === 'cli') chmodSync(file, 0o755);
}
