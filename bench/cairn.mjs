import { existsSync } from 'node:fs';

/** Cairn as it is shipped: compiled, not run from its sources. */
export async function cairn() {
  const built = new URL('../dist/index.js', import.meta.url);
  if (!existsSync(built)) {
    console.error('bench: run `npm run build` in the folder above first');
    process.exit(2);
  }
  return import(built);
}
