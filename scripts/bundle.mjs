/**
 * Puts the compiled modules of each program into few files: part of `npm run build`. Node takes as long to find and link three
 * hundred modules as to convert a small document. What another program, a worker or a library's user loads by its path
 * (`dist/cli.js`, `dist/index.js`) stays there and leads to the bundle; data stays where the modules stood.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

rmSync(join(dist, 'programs'), { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [...PROGRAMS].map((program) => ({ in: join(src, `${program}.ts`), out: bundleName(program) })),
  outdir: join(dist, 'programs'),
  bundle: true,
  splitting: true,
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifyWhitespace: true,
  minifySyntax: true,
  plugins: [places],
  logLevel: 'warning',
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
